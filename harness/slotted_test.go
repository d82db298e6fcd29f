package harness_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"os"
	"path"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

// slotted is a log in a file of slots that were there before, one for each entry: any
// sectors of a batch may be lost, and those behind them kept. The log ends at the first
// slot that is not whole. What an open does about the slots behind that is tidy's.
type slotted struct {
	fs      afero.Fs
	name    string
	file    afero.File
	entries []engines.Entry
}

// A slot is a checksum of what follows, index, term, the payload's length, and the payload.
const (
	slotBytes   = 8 << 10
	slotHeader  = 24
	slotsAtOnce = 64
)

func slottedOn(name string, tidy func(*slotted) error) engines.Factory {
	return engines.Factory{
		Name:    name,
		Without: engines.Without{HardState: true, Truncate: true, Purge: true, Reset: true},
		Open: func(env engines.Env) (engines.StorageEngine, error) {
			e, err := openSlotted(env)
			if err != nil {
				return nil, err
			}
			return e, errors.Join(tidy(e), e.file.Sync())
		},
	}
}

func openSlotted(env engines.Env) (*slotted, error) {
	e := &slotted{fs: env.FS, name: path.Join(env.Dir, "log")}
	if there, err := afero.Exists(e.fs, e.name); err != nil || !there {
		if err = cmp.Or(err, e.replace(nil)); err != nil {
			return nil, err
		}
	} else if e.file, err = e.fs.OpenFile(e.name, os.O_RDWR, 0o644); err != nil {
		return nil, err
	}
	for {
		entry, ok := e.read(len(e.entries))
		if !ok {
			return e, nil
		}
		e.entries = append(e.entries, entry)
	}
}

// replace puts a new file with these entries instead of the old one.
func (e *slotted) replace(entries []engines.Entry) (err error) {
	if e.file, err = e.fs.Create(e.name + ".new"); err != nil {
		return err
	}
	e.entries = nil
	if err := e.append(entries); err != nil {
		return err
	}
	return errors.Join(e.file.Sync(), e.fs.Rename(e.name+".new", e.name), syncDir(e.fs, path.Dir(e.name)))
}

// append writes the entries into the next slots, and makes more of these first if there
// are too few.
func (e *slotted) append(entries []engines.Entry) error {
	info, err := e.file.Stat()
	if err != nil {
		return err
	}
	if end := int64(len(e.entries)+len(entries)+1) * slotBytes; info.Size() < end {
		if err := errors.Join(e.file.Truncate(end+slotsAtOnce*slotBytes), e.file.Sync()); err != nil {
			return err
		}
	}
	for _, entry := range entries {
		if _, err := e.file.WriteAt(slotOf(entry), int64(len(e.entries))*slotBytes); err != nil {
			return err
		}
		entry.Payload = bytes.Clone(entry.Payload)
		e.entries = append(e.entries, entry)
	}
	return nil
}

func slotOf(e engines.Entry) []byte {
	slot := make([]byte, slotHeader, slotHeader+len(e.Payload))
	binary.LittleEndian.PutUint64(slot[4:], e.Index)
	binary.LittleEndian.PutUint64(slot[12:], e.Term)
	binary.LittleEndian.PutUint32(slot[20:], uint32(len(e.Payload)))
	slot = append(slot, e.Payload...)
	binary.LittleEndian.PutUint32(slot, crc32.ChecksumIEEE(slot[4:]))
	return slot
}

// read returns the entry in a slot, and reports whether it is whole and that slot's.
func (e *slotted) read(slot int) (out engines.Entry, ok bool) {
	data := make([]byte, slotBytes)
	if n, _ := e.file.ReadAt(data, int64(slot)*slotBytes); n < slotBytes {
		return out, false
	}
	out.Index, out.Term = binary.LittleEndian.Uint64(data[4:]), binary.LittleEndian.Uint64(data[12:])
	end := slotHeader + min(binary.LittleEndian.Uint32(data[20:]), slotBytes-slotHeader)
	out.Payload = data[slotHeader:end]
	return out, out.Index == uint64(slot)+1 && crc32.ChecksumIEEE(data[4:end]) == binary.LittleEndian.Uint32(data)
}

// clear empties n slots from one on.
func (e *slotted) clear(slot, n int) error {
	var err error
	for i := range n {
		_, failed := e.file.WriteAt(make([]byte, slotHeader), int64(slot+i)*slotBytes)
		err = errors.Join(err, failed)
	}
	return err
}

// PersistEntries overwrites by making a new file, so that nothing old stays behind.
func (e *slotted) PersistEntries(_ context.Context, entries []engines.Entry) error {
	if err := engines.CheckBatch(entries); err != nil || len(entries) == 0 {
		return err
	}
	switch before := entries[0].Index - 1; {
	case before > e.LastIndex():
		return engines.ErrGap
	case before < e.LastIndex():
		return e.replace(append(e.entries[:before:before], entries...))
	}
	return errors.Join(e.append(entries), e.file.Sync())
}

func (e *slotted) Entry(_ context.Context, index uint64) (entry engines.Entry, ok bool, err error) {
	if index == 0 || index > e.LastIndex() {
		return entry, false, nil
	}
	entry = e.entries[index-1]
	entry.Payload = bytes.Clone(entry.Payload)
	return entry, true, nil
}

func (e *slotted) GetEntries(ctx context.Context, first, last uint64) (out []engines.Entry, err error) {
	for i := max(first, 1); i <= min(last, e.LastIndex()); i++ {
		entry, _, _ := e.Entry(ctx, i)
		out = append(out, entry)
	}
	return out, nil
}

func (e *slotted) LastIndex() uint64                          { return uint64(len(e.entries)) }
func (e *slotted) IsWriteDurable() bool                       { return true }
func (e *slotted) Flush(context.Context) error                { return nil }
func (e *slotted) Truncate(context.Context, uint64) error     { return errors.ErrUnsupported }
func (e *slotted) Purge(context.Context, engines.LogID) error { return errors.ErrUnsupported }
func (e *slotted) Reset(context.Context) error                { return errors.ErrUnsupported }
func (e *slotted) LogStore() engines.LogStore                 { return e }
func (e *slotted) MetaStore() engines.MetaStore               { return nil }
func (e *slotted) Close() error                               { return e.file.Close() }
