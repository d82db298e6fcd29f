package keyed

import (
	"encoding/binary"
	"fmt"

	"github.com/ackproof/ackproof/engines"
)

// NumberBytes is the size of a stored number, an index as a key among them.
const NumberBytes = 8

// ValueBytes returns the size of the value of e.
func ValueBytes(e engines.Entry) int { return NumberBytes + len(e.Payload) }

// AppendValue appends the value of e to buf.
func AppendValue(buf []byte, e engines.Entry) []byte {
	return append(binary.BigEndian.AppendUint64(buf, e.Term), e.Payload...)
}

func indexOf(key []byte) (uint64, error) {
	if len(key) != NumberBytes {
		return 0, fmt.Errorf("%w: got key %x, want an entry's of %d bytes", engines.ErrCorrupt, key, NumberBytes)
	}
	return binary.BigEndian.Uint64(key), nil
}

// decodeEntry returns the entry of key and value, with its payload copied by
// copied.
func decodeEntry(key, value []byte, copied *copier) (engines.Entry, error) {
	index, err := indexOf(key)
	if err != nil {
		return engines.Entry{}, err
	}
	if len(value) < NumberBytes {
		return engines.Entry{}, fmt.Errorf("%w: got %d bytes for entry %d, want at least %d",
			engines.ErrCorrupt, len(value), index, NumberBytes)
	}
	payload := copied.copy(value[NumberBytes:])
	return engines.Entry{Index: index, Term: binary.BigEndian.Uint64(value), Payload: payload}, nil
}

// copier copies payloads out of memory that is the store's. Several share an
// allocation of roomBytes, each with its own part; zero gives each its own.
type copier struct {
	roomBytes int
	room      []byte
}

func (c *copier) copy(payload []byte) []byte {
	if len(payload) > cap(c.room)-len(c.room) {
		c.room = make([]byte, 0, max(c.roomBytes, len(payload)))
	}
	start, end := len(c.room), len(c.room)+len(payload)
	c.room = append(c.room, payload...)
	return c.room[start:end:end] // so that an append to it does not reach the next
}

func encodePair(a, b uint64) []byte {
	value := binary.BigEndian.AppendUint64(make([]byte, 0, 2*NumberBytes), a)
	return binary.BigEndian.AppendUint64(value, b)
}

// loadPair reads two numbers; ok is false if there are none.
func loadPair(r Reader, key []byte) (a, b uint64, ok bool, err error) {
	value, err := r.Get(key)
	if err != nil || value == nil {
		return 0, 0, false, err
	}
	if len(value) != 2*NumberBytes {
		return 0, 0, false, fmt.Errorf("%w: got %d bytes under %s, want %d", engines.ErrCorrupt, len(value), key, 2*NumberBytes)
	}
	return binary.BigEndian.Uint64(value), binary.BigEndian.Uint64(value[NumberBytes:]), true, nil
}
