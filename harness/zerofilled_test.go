package harness_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

// zeroFilled is a log in one file that is filled with zeros when it is made, as
// segments of many stores are. A record is its length, a checksum that goes on from the
// record before, and a change as JSON; zeros end the log.
type zeroFilled struct {
	file    afero.File
	end     int64
	sum     uint32
	entries []engines.Entry
	hard    *engines.HardState
}

type zeroFilledChange struct {
	From    uint64
	Entries []engines.Entry
	Hard    *engines.HardState
}

// zeroFilledFactory returns the engine with a file of a size, in memory or on a
// directory.
func zeroFilledFactory(name string, sizeBytes int64, needs engines.Needs) engines.Factory {
	return engines.Factory{
		Name: name, Needs: needs, Without: engines.Without{Purge: true, Reset: true},
		Open: func(env engines.Env) (engines.StorageEngine, error) {
			if needs == engines.NeedsDir {
				env.FS = afero.NewOsFs()
			}
			return openZeroFilled(env.FS, env.Dir, sizeBytes)
		},
	}
}

func openZeroFilled(fs afero.Fs, dir string, sizeBytes int64) (*zeroFilled, error) {
	file, err := fs.OpenFile(filepath.Join(dir, "log"), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	z := &zeroFilled{file: file}
	if err := z.fill(sizeBytes); err != nil {
		return nil, err
	}
	if err := z.read(); err != nil {
		return nil, err
	}
	d, err := fs.Open(dir)
	if err != nil {
		return nil, err
	}
	return z, errors.Join(file.Sync(), d.Sync(), d.Close())
}

// fill writes zeros up to the size.
func (z *zeroFilled) fill(sizeBytes int64) error {
	info, err := z.file.Stat()
	if err != nil || info.Size() >= sizeBytes {
		return err
	}
	zeros := make([]byte, min(sizeBytes, 1<<20))
	for off := info.Size(); err == nil && off < sizeBytes; off += int64(len(zeros)) {
		_, err = z.file.WriteAt(zeros[:min(int64(len(zeros)), sizeBytes-off)], off)
	}
	return err
}

// read applies the whole records. One that follows and is not whole is written over.
func (z *zeroFilled) read() error {
	var head [8]byte
	for {
		if n, err := z.file.ReadAt(head[:], z.end); n < len(head) {
			return atEnd(err)
		}
		size := int64(binary.LittleEndian.Uint32(head[:]))
		if size == 0 || size > 1<<20 {
			return nil
		}
		text := make([]byte, size)
		n, err := z.file.ReadAt(text, z.end+int64(len(head)))
		sum := crc32.Update(z.sum, crc32.IEEETable, text)
		var c zeroFilledChange
		if int64(n) < size || sum != binary.LittleEndian.Uint32(head[4:]) || json.Unmarshal(text, &c) != nil {
			return atEnd(err)
		}
		z.apply(c)
		z.end, z.sum = z.end+int64(len(head))+size, sum
	}
}

// atEnd is no error where the file ends.
func atEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func (z *zeroFilled) apply(c zeroFilledChange) {
	if c.From > 0 {
		z.entries = append(z.entries[:min(c.From-1, z.LastIndex())], cloned(c.Entries)...)
	}
	if c.Hard != nil {
		z.hard = c.Hard
	}
}

func cloned(entries []engines.Entry) []engines.Entry {
	out := slices.Clone(entries)
	for i := range out {
		out[i].Payload = bytes.Clone(out[i].Payload)
	}
	return out
}

// write makes a change durable.
func (z *zeroFilled) write(c zeroFilledChange) error {
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	sum := crc32.Update(z.sum, crc32.IEEETable, text)
	head := binary.LittleEndian.AppendUint32(nil, uint32(len(text)))
	record := append(binary.LittleEndian.AppendUint32(head, sum), text...)
	if _, err := z.file.WriteAt(record, z.end); err != nil {
		return err
	}
	if err := z.file.Sync(); err != nil {
		return err
	}
	z.apply(c)
	z.end, z.sum = z.end+int64(len(record)), sum
	return nil
}

func (z *zeroFilled) LogStore() engines.LogStore   { return z }
func (z *zeroFilled) MetaStore() engines.MetaStore { return zeroFilledMeta{z} }
func (z *zeroFilled) Close() error                 { return z.file.Close() }
func (z *zeroFilled) IsWriteDurable() bool         { return true }
func (z *zeroFilled) LastIndex() uint64            { return uint64(len(z.entries)) }
func (z *zeroFilled) Flush(context.Context) error  { return nil }

func (z *zeroFilled) Purge(context.Context, engines.LogID) error { return errors.ErrUnsupported }
func (z *zeroFilled) Reset(context.Context) error                { return errors.ErrUnsupported }

func (z *zeroFilled) PersistEntries(_ context.Context, entries []engines.Entry) error {
	if err := engines.CheckBatch(entries); err != nil || len(entries) == 0 {
		return err
	}
	if from := entries[0].Index; from > z.LastIndex()+1 {
		return fmt.Errorf("entries from %d after %d: %w", from, z.LastIndex(), engines.ErrGap)
	}
	return z.write(zeroFilledChange{From: entries[0].Index, Entries: entries})
}

func (z *zeroFilled) Truncate(_ context.Context, from uint64) error {
	if from > z.LastIndex() {
		return nil
	}
	return z.write(zeroFilledChange{From: max(from, 1)})
}

func (z *zeroFilled) Entry(_ context.Context, index uint64) (engines.Entry, bool, error) {
	if index == 0 || index > z.LastIndex() {
		return engines.Entry{}, false, nil
	}
	return cloned(z.entries[index-1 : index])[0], true, nil
}

func (z *zeroFilled) GetEntries(_ context.Context, first, last uint64) ([]engines.Entry, error) {
	first, last = max(first, 1), min(last, z.LastIndex())
	if first > last {
		return nil, nil
	}
	return cloned(z.entries[first-1 : last]), nil
}

type zeroFilledMeta struct{ z *zeroFilled }

func (m zeroFilledMeta) SaveHardState(_ context.Context, s engines.HardState) error {
	return m.z.write(zeroFilledChange{Hard: &s})
}

func (m zeroFilledMeta) LoadHardState(context.Context) (s engines.HardState, ok bool, err error) {
	if m.z.hard == nil {
		return s, false, nil
	}
	return *m.z.hard, true, nil
}

func (m zeroFilledMeta) Flush(context.Context) error { return nil }
