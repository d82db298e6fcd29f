package machines

import (
	"encoding/binary"
	"encoding/json"
	"hash/crc32"

	"github.com/ackproof/ackproof/engines/internal/machine"
)

// A file of records begins with one that has the whole state, and each one after it is one
// change. On disk a record is, big-endian:
//
//	0 sum of all below, and of the record before  4
//	4 size of the change                          4
//	8 change, in JSON
//
// Each sum covers the records before, and the first one the number of the file: so a crash
// leaves a state that the machine went through, whichever sectors it keeps, and bytes of
// another file never follow.
const recordHeadBytes = 8

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// encodeRecord returns the record of c behind one whose sum is seed, and its own sum.
func encodeRecord(c machine.Change, seed uint32) (record []byte, sum uint32, err error) {
	body, err := json.Marshal(c)
	record = binary.BigEndian.AppendUint32(make([]byte, 4), uint32(len(body)))
	record = append(record, body...)
	sum = crc32.Update(seed, castagnoli, record[4:])
	binary.BigEndian.PutUint32(record, sum)
	return record, sum, err
}

// records reads a file of records.
type records struct {
	// rest is what was not read, behind a record whose sum is seed.
	rest []byte
	seed uint32
}

// next returns the next change; ok is false if no intact record is next.
func (r *records) next() (c machine.Change, ok bool) {
	end, ok := r.end()
	if !ok {
		return c, false
	}
	sum := crc32.Update(r.seed, castagnoli, r.rest[4:end])
	if sum != binary.BigEndian.Uint32(r.rest) {
		return c, false
	}
	c, ok = r.unchecked()
	if ok {
		r.seed = sum
	}
	return c, ok
}

// unchecked returns the next change, whatever the sum of its record.
func (r *records) unchecked() (c machine.Change, ok bool) {
	end, ok := r.end()
	if !ok || json.Unmarshal(r.rest[recordHeadBytes:end], &c) != nil {
		return c, false
	}
	r.rest = r.rest[end:]
	return c, true
}

// end returns where the next record ends; ok is false if it would behind what there is.
func (r *records) end() (end int, ok bool) {
	if len(r.rest) < recordHeadBytes {
		return 0, false
	}
	size := uint64(binary.BigEndian.Uint32(r.rest[4:]))
	return recordHeadBytes + int(size), size <= uint64(len(r.rest)-recordHeadBytes)
}
