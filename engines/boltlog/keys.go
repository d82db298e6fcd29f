package boltlog

import (
	"encoding/binary"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/ackproof/ackproof/engines"
)

// The layout is in the package comment. A bucket is made by the first write to
// it; one that is not there is empty.
var (
	logBucket    = []byte("log")
	metaBucket   = []byte("meta")
	boundaryKey  = []byte("boundary")
	hardStateKey = []byte("hardstate")
)

const numberBytes = 8

func entryKey(index uint64) []byte {
	return binary.BigEndian.AppendUint64(make([]byte, 0, numberBytes), index)
}

func indexOf(key []byte) (uint64, error) {
	if len(key) != numberBytes {
		return 0, fmt.Errorf("%w: got key %x, want an entry's of %d bytes", engines.ErrCorrupt, key, numberBytes)
	}
	return binary.BigEndian.Uint64(key), nil
}

// appendEntry appends the value of e to buf.
func appendEntry(buf []byte, e engines.Entry) []byte {
	return append(binary.BigEndian.AppendUint64(buf, e.Term), e.Payload...)
}

// decodeEntry returns the entry of key and value, with its payload copied by
// copied.
func decodeEntry(key, value []byte, copied *copier) (engines.Entry, error) {
	index, err := indexOf(key)
	if err != nil {
		return engines.Entry{}, err
	}
	if len(value) < numberBytes {
		return engines.Entry{}, fmt.Errorf("%w: got %d bytes for entry %d, want at least %d",
			engines.ErrCorrupt, len(value), index, numberBytes)
	}
	payload := copied.copy(value[numberBytes:])
	return engines.Entry{Index: index, Term: binary.BigEndian.Uint64(value), Payload: payload}, nil
}

// copier copies payloads out of the map, which is bbolt's. Several share an
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

// savePair stores two numbers under key.
func savePair(tx *bbolt.Tx, key []byte, a, b uint64) error {
	meta, err := tx.CreateBucketIfNotExists(metaBucket)
	if err != nil {
		return err
	}
	value := binary.BigEndian.AppendUint64(make([]byte, 0, 2*numberBytes), a)
	return meta.Put(key, binary.BigEndian.AppendUint64(value, b))
}

// loadPair reads two numbers; ok is false if there are none.
func loadPair(tx *bbolt.Tx, key []byte) (a, b uint64, ok bool, err error) {
	meta := tx.Bucket(metaBucket)
	if meta == nil {
		return 0, 0, false, nil
	}
	value := meta.Get(key)
	if value == nil {
		return 0, 0, false, nil
	}
	if len(value) != 2*numberBytes {
		return 0, 0, false, fmt.Errorf("%w: got %d bytes under %s, want %d", engines.ErrCorrupt, len(value), key, 2*numberBytes)
	}
	return binary.BigEndian.Uint64(value), binary.BigEndian.Uint64(value[numberBytes:]), true, nil
}

// deleteMeta removes what is stored under key, if anything.
func deleteMeta(tx *bbolt.Tx, key []byte) error {
	if meta := tx.Bucket(metaBucket); meta != nil {
		return meta.Delete(key)
	}
	return nil
}
