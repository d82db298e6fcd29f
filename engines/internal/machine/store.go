// Package machine makes an [engines.StateMachine] of an ordered key-value store with
// atomic batches. A store brings [Store], a few lines; what commands do, the positions,
// the metadata of the last snapshot, their checks and their locks are here.
package machine

import (
	"encoding/binary"
	"fmt"

	"github.com/ackproof/ackproof/engines"
)

// Store keeps pairs, and a [State] that belongs to them. Get, Scan and Len run beside
// each other and beside Write and Sync, but never beside what Write returns. All other
// calls come one at a time.
type Store interface {
	// Get returns the value of key, which is the caller's; ok is false if there is none.
	// A value that is there is not nil.
	Get(key []byte) (value []byte, ok bool, err error)
	// Scan shows visit the pairs whose keys begin with prefix, in the order of their
	// keys, until visit fails, and returns its error. What visit is shown is valid
	// until it returns.
	Scan(prefix []byte, visit func(key, value []byte) error) error
	// Len returns how many keys there are.
	Len() int

	// Write prepares to do c, and returns a function that shows it to readers: who
	// has both behind him has all of c, and a crash leaves all of it or nothing. show
	// runs at once. Readers do not wait for what is done before it. The bytes of c are
	// the caller's again when show has returned. An error that wraps
	// [engines.ErrInvalid] refuses c; after any other the store is only closed.
	Write(c Change) (show func() error, err error)
	// Sync makes durable what was written and shown before. After an error the store is
	// only closed.
	Sync() error
	// Close releases the store, and makes nothing durable.
	Close() error
}

// Change is what one call changes in a store.
type Change struct {
	// Replace discards all pairs first.
	Replace bool
	// Pairs are to be put, or deleted where the value is nil; in the order of their
	// keys, each once. With Replace none is nil.
	Pairs []engines.KeyValue
	// State takes the place of the one before.
	State State
}

// State is what a store keeps beside its pairs. The zero value is that of an empty store.
type State struct {
	// Applied is the position that the pairs stand at.
	Applied engines.LogID
	// Snapshot is the metadata of the last snapshot, if there was one.
	Snapshot    engines.SnapshotMetadata
	HasSnapshot bool
}

// The sizes of stored states.
const (
	plainStateBytes = 16
	stateBytes      = plainStateBytes + 16 + len(engines.Checksum{})
)

// Append appends s to out in its stored form: the index and term of the position and,
// where there was a snapshot, of its last entry, then its checksum. Numbers are big-endian.
func (s State) Append(out []byte) []byte {
	out = appendID(out, s.Applied)
	if s.HasSnapshot {
		out = append(appendID(out, s.Snapshot.LastIncluded), s.Snapshot.Checksum[:]...)
	}
	return out
}

// ParseState returns the state whose stored form is in. The error wraps
// [engines.ErrCorrupt].
func ParseState(in []byte) (State, error) {
	if len(in) != plainStateBytes && len(in) != stateBytes {
		return State{}, fmt.Errorf("%w: got a state of %d bytes, want %d or %d", engines.ErrCorrupt, len(in), plainStateBytes, stateBytes)
	}
	s := State{Applied: parseID(in)}
	if len(in) == stateBytes {
		s.HasSnapshot = true
		s.Snapshot.LastIncluded = parseID(in[plainStateBytes:])
		copy(s.Snapshot.Checksum[:], in[plainStateBytes+16:])
	}
	return s, nil
}

func appendID(out []byte, id engines.LogID) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(out, id.Index), id.Term)
}

func parseID(in []byte) engines.LogID {
	return engines.LogID{Index: binary.BigEndian.Uint64(in), Term: binary.BigEndian.Uint64(in[8:])}
}
