package selfcheck

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"path"
	"syscall"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

// manner is the name of an engine, and says when it fsyncs.
type manner string

const (
	fsyncs      manner = "ackproof-self-check-fsyncs"       // before it returns
	neverFsyncs manner = "ackproof-self-check-never-fsyncs" // though it says that entries are durable
)

// factory returns the engine of a manner. It runs on any kind of host.
func factory(m manner) engines.Factory {
	return engines.Factory{
		Name:    string(m),
		Open:    m.open,
		Without: engines.Without{HardState: true, Truncate: true, Purge: true, Reset: true},
	}
}

// engine is a log in memory, and a file with one entry in each block. No two entries share
// a block, as whatever tears one must not reach another. It takes appends only: the check
// needs no more.
type engine struct {
	manner  manner
	file    afero.File
	entries []engines.Entry
}

// A block is a checksum of what follows, index, term, the payload's length, and the
// payload. It is as large as the largest unit that a profile keeps whole.
const (
	blockBytes  = 4096
	headerBytes = 24
)

func (m manner) open(env engines.Env) (_ engines.StorageEngine, err error) {
	fs := env.FS
	if fs == nil {
		fs = afero.NewOsFs()
	}
	e := &engine{manner: m}
	if e.file, err = fs.OpenFile(path.Join(env.Dir, "log"), os.O_RDWR|os.O_CREATE, 0o644); err != nil {
		return nil, err
	}
	if err := errors.Join(e.read(), e.sync(), m.syncDir(fs, env.Dir)); err != nil {
		return nil, errors.Join(err, e.file.Close())
	}
	return e, nil
}

// read takes the entries up to the first that is not whole, and discards the rest. A block
// that cannot be read was being written when the power failed.
func (e *engine) read() error {
	for {
		end := int64(len(e.entries)) * blockBytes
		block := make([]byte, blockBytes)
		if _, err := e.file.ReadAt(block, end); err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, syscall.EIO) {
			return err
		}
		entry, ok := decode(block)
		if !ok || entry.Index != e.LastIndex()+1 {
			return e.file.Truncate(end)
		}
		e.entries = append(e.entries, entry)
	}
}

// sync forces the file, in an engine that does.
func (e *engine) sync() error {
	if e.manner == neverFsyncs {
		return nil
	}
	return e.file.Sync()
}

// syncDir forces the file's name, in an engine that does.
func (m manner) syncDir(fs afero.Fs, dir string) error {
	if m == neverFsyncs {
		return nil
	}
	d, err := fs.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// PersistEntries appends the entries one by one, so that no crash leaves a later one
// without one before it.
func (e *engine) PersistEntries(_ context.Context, entries []engines.Entry) error {
	if err := engines.CheckBatch(entries); err != nil || len(entries) == 0 {
		return err
	}
	if entries[0].Index != e.LastIndex()+1 {
		return engines.ErrGap
	}
	for _, entry := range entries {
		if err := e.persist(entry); err != nil {
			return err
		}
	}
	return nil
}

func (e *engine) persist(entry engines.Entry) error {
	if len(entry.Payload) > blockBytes-headerBytes {
		return engines.ErrInvalid
	}
	_, err := e.file.WriteAt(encode(entry), int64(len(e.entries))*blockBytes)
	if err = cmp.Or(err, e.sync()); err != nil {
		return err
	}
	entry.Payload = bytes.Clone(entry.Payload)
	e.entries = append(e.entries, entry)
	return nil
}

func encode(e engines.Entry) []byte {
	block := make([]byte, blockBytes)
	binary.LittleEndian.PutUint64(block[4:], e.Index)
	binary.LittleEndian.PutUint64(block[12:], e.Term)
	binary.LittleEndian.PutUint32(block[20:], uint32(len(e.Payload)))
	copy(block[headerBytes:], e.Payload)
	binary.LittleEndian.PutUint32(block, crc32.ChecksumIEEE(block[4:]))
	return block
}

func decode(block []byte) (e engines.Entry, ok bool) {
	if crc32.ChecksumIEEE(block[4:]) != binary.LittleEndian.Uint32(block) {
		return e, false
	}
	e.Index, e.Term = binary.LittleEndian.Uint64(block[4:]), binary.LittleEndian.Uint64(block[12:])
	size := min(binary.LittleEndian.Uint32(block[20:]), blockBytes-headerBytes)
	e.Payload = block[headerBytes : headerBytes+size]
	return e, true
}

func (e *engine) Entry(_ context.Context, index uint64) (entry engines.Entry, ok bool, err error) {
	if index == 0 || index > e.LastIndex() {
		return entry, false, nil
	}
	entry = e.entries[index-1]
	entry.Payload = bytes.Clone(entry.Payload)
	return entry, true, nil
}

func (e *engine) GetEntries(ctx context.Context, first, last uint64) (out []engines.Entry, err error) {
	for i := max(first, 1); i <= min(last, e.LastIndex()); i++ {
		entry, _, _ := e.Entry(ctx, i)
		out = append(out, entry)
	}
	return out, nil
}

func (e *engine) LastIndex() uint64                          { return uint64(len(e.entries)) }
func (e *engine) IsWriteDurable() bool                       { return true }
func (e *engine) Flush(context.Context) error                { return nil }
func (e *engine) Truncate(context.Context, uint64) error     { return errors.ErrUnsupported }
func (e *engine) Purge(context.Context, engines.LogID) error { return errors.ErrUnsupported }
func (e *engine) Reset(context.Context) error                { return errors.ErrUnsupported }
func (e *engine) LogStore() engines.LogStore                 { return e }
func (e *engine) MetaStore() engines.MetaStore               { return nil }
func (e *engine) Close() error                               { return e.file.Close() }
