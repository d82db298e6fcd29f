package dengine

import (
	"encoding/binary"
	"io"
	"maps"
	"slices"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

// lengthBytes is the size of the length before each entry.
const lengthBytes = 8

// fileLog is the file engine's log.
type fileLog struct {
	gate
	file    afero.File
	size    int64 // of the file
	entries map[uint64]record
	last    uint64
	// saysDurable is the answer of IsWriteDurable; that it is false is the truth.
	saysDurable bool
}

// record is an entry and where its record lies in the file.
type record struct {
	engines.Entry
	offset int64
}

// load reads the file. It drops a short record at the end, skips one that it cannot decode,
// and takes a length of 0 for the zero entry: weaknesses, as nothing sums a record.
func (l *fileLog) load() error {
	data, err := io.ReadAll(l.file)
	if err != nil {
		return err
	}
	l.entries = map[uint64]record{}
	for rest := data; len(rest) >= lengthBytes; rest = data[l.size:] {
		length := binary.BigEndian.Uint64(rest)
		if rest = rest[lengthBytes:]; length > uint64(len(rest)) {
			break
		}
		if e, ok := decodeEntry(rest[:length]); ok {
			l.keep(e, l.size)
		}
		l.size += lengthBytes + int64(length)
	}
	if l.size == int64(len(data)) {
		return nil
	}
	return l.file.Truncate(l.size) // else what is appended would lie behind the short record
}

// keep notes that the record of e lies at an offset.
func (l *fileLog) keep(e engines.Entry, offset int64) {
	l.entries[e.Index] = record{e, offset}
	l.last = max(l.last, e.Index)
}

// append writes a record for each of entries at the end of the file.
func (l *fileLog) append(entries []engines.Entry) error {
	for _, e := range entries {
		encoded := appendEntry(make([]byte, lengthBytes), e)
		binary.BigEndian.PutUint64(encoded, uint64(len(encoded)-lengthBytes))
		if _, err := l.file.WriteAt(encoded, l.size); err != nil {
			return err
		}
		kept, _ := decodeEntry(encoded[lengthBytes:])
		l.keep(kept, l.size)
		l.size += int64(len(encoded))
	}
	return nil
}

// cut cuts the file where the first of the entries from an index on lies.
func (l *fileLog) cut(from uint64) error {
	from = max(from, 1)
	if from > l.last {
		return nil
	}
	if gone := l.between(from, l.last); len(gone) > 0 {
		offset := l.entries[gone[0].Index].offset
		if err := l.file.Truncate(offset); err != nil {
			return err
		}
		l.size = offset
		for _, e := range gone {
			delete(l.entries, e.Index)
		}
	}
	l.last = from - 1
	return nil
}

// rewrite empties the file and writes entries into it.
func (l *fileLog) rewrite(entries []engines.Entry) error {
	if err := l.file.Truncate(0); err != nil {
		return err
	}
	l.size, l.last = 0, 0
	clear(l.entries)
	return l.append(entries)
}

// between returns the entries from first to last, in order. They are the caller's.
func (l *fileLog) between(first, last uint64) (found []engines.Entry) {
	for _, index := range slices.Sorted(maps.Keys(l.entries)) {
		if first <= index && index <= last {
			e := l.entries[index].Entry
			e.Payload = slices.Clone(e.Payload)
			found = append(found, e)
		}
	}
	return found
}
