package pebblelog

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/cockroachdb/pebble/v2"

	"github.com/ackproof/ackproof/engines"
)

// The layout. Numbers are big-endian, so that entries sort by index.
//
//	'e' index(8)  ->  term(8) payload     an entry
//	'm' 'b'       ->  index(8) term(8)    the purge boundary
//	'm' 'h'       ->  term(8) vote(8)     the hard state
const (
	entryPrefix = 'e'
	metaPrefix  = 'm'
	numberBytes = 8
)

var (
	// entriesEnd is the key just after every entry.
	entriesEnd   = []byte{entryPrefix + 1}
	boundaryKey  = []byte{metaPrefix, 'b'}
	hardStateKey = []byte{metaPrefix, 'h'}
)

func entryKey(index uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{entryPrefix}, index)
}

// keyAfter is the least key above the key of the entry at index.
func keyAfter(index uint64) []byte {
	if index == math.MaxUint64 {
		return entriesEnd
	}
	return entryKey(index + 1)
}

func indexOf(key []byte) (uint64, error) {
	if len(key) != 1+numberBytes || key[0] != entryPrefix {
		return 0, fmt.Errorf("%w: got key %x, want an entry's", engines.ErrCorrupt, key)
	}
	return binary.BigEndian.Uint64(key[1:]), nil
}

// setEntry adds e to batch without a copy of its own in between.
func setEntry(batch *pebble.Batch, e engines.Entry) error {
	op := batch.SetDeferred(1+numberBytes, numberBytes+len(e.Payload))
	op.Key[0] = entryPrefix
	binary.BigEndian.PutUint64(op.Key[1:], e.Index)
	binary.BigEndian.PutUint64(op.Value, e.Term)
	copy(op.Value[numberBytes:], e.Payload)
	return op.Finish()
}

// decodeEntry returns the entry at index with a payload of its own.
func decodeEntry(index uint64, value []byte) (engines.Entry, error) {
	if len(value) < numberBytes {
		return engines.Entry{}, fmt.Errorf("%w: got %d bytes for entry %d, want at least %d",
			engines.ErrCorrupt, len(value), index, numberBytes)
	}
	payload := append([]byte(nil), value[numberBytes:]...)
	return engines.Entry{Index: index, Term: binary.BigEndian.Uint64(value), Payload: payload}, nil
}

func encodePair(a, b uint64) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, a), b)
}

func decodePair(value []byte) (a, b uint64, err error) {
	if len(value) != 2*numberBytes {
		return 0, 0, fmt.Errorf("%w: got %d bytes for two numbers, want %d", engines.ErrCorrupt, len(value), 2*numberBytes)
	}
	return binary.BigEndian.Uint64(value), binary.BigEndian.Uint64(value[numberBytes:]), nil
}
