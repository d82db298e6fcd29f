package oslog

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"

	"github.com/ackproof/ackproof/engines"
)

// change is one record of the file.
type change struct {
	Reset bool `json:",omitempty"`
	// From, if not 0, is the index that the log is discarded from.
	From      uint64             `json:",omitempty"`
	Entries   []engines.Entry    `json:",omitempty"`
	Boundary  *engines.LogID     `json:",omitempty"`
	HardState *engines.HardState `json:",omitempty"`
}

const (
	// headerBytes are the length of the body and the checksum, four bytes each.
	headerBytes = 8
	// bodyBytesMax bounds a batch.
	bodyBytesMax = 1 << 30
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// checksum covers length and body, and goes on from the checksum of the record
// before. So bytes that lay here in an earlier life of the file never pass for
// the next record.
func checksum(before uint32, length, body []byte) uint32 {
	return crc32.Update(crc32.Update(before, castagnoli, length), castagnoli, body)
}

// encode returns the record for c that follows one with the given checksum, and
// the record's own checksum.
func encode(c change, before uint32) (data []byte, sum uint32, err error) {
	body, err := json.Marshal(c)
	if err != nil {
		return nil, 0, err
	}
	if len(body) > bodyBytesMax {
		return nil, 0, fmt.Errorf("record of %d bytes, want at most %d: %w", len(body), bodyBytesMax, engines.ErrInvalid)
	}
	data = binary.LittleEndian.AppendUint32(nil, uint32(len(body)))
	sum = checksum(before, data, body)
	data = binary.LittleEndian.AppendUint32(data, sum)
	return append(data, body...), sum, nil
}

// record is a change as it was found in the file.
type record struct {
	change
	bytes int
	sum   uint32
}

// decode reads the record at the start of data; ok is false if no whole record
// that follows one with the given checksum is there.
func decode(data []byte, before uint32) (r record, ok bool) {
	if len(data) < headerBytes {
		return r, false
	}
	length := binary.LittleEndian.Uint32(data)
	r.sum = binary.LittleEndian.Uint32(data[4:])
	if length == 0 || uint64(length) > uint64(len(data)-headerBytes) {
		return r, false
	}
	r.bytes = headerBytes + int(length)
	body := data[headerBytes:r.bytes]
	if checksum(before, data[:4], body) != r.sum {
		return r, false
	}
	return r, json.Unmarshal(body, &r.change) == nil
}
