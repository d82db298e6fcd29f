package pebblelog

import (
	"encoding/binary"
	"math"
)

// The layout. Numbers are big-endian, so that entries sort by index.
//
//	'e' index(8)  ->  term(8) payload     an entry
//	'm' 'b'       ->  index(8) term(8)    the purge boundary
//	'm' 'h'       ->  term(8) vote(8)     the hard state
const (
	entryPrefix = 'e'
	metaPrefix  = 'm'
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
