// Package keyed makes a StorageEngine of an ordered key-value store with atomic
// batches. A store brings [Store], a few lines; the log, the purge boundary, the
// hard state, their checks and their locks are here.
//
// An entry is one pair, and so are the boundary and the hard state. Numbers are
// big-endian, so that entries sort by index.
//
//	index(8)   ->  term(8) payload     an entry
//	Boundary   ->  index(8) term(8)    the purge boundary
//	HardState  ->  term(8) vote(8)     the hard state
//
// Where a store keeps them, and with what before their keys, is its own affair.
package keyed

import (
	"errors"

	"github.com/ackproof/ackproof/engines"
)

// Store is an ordered key-value store with atomic batches. Several goroutines may
// Read, and Sync may come at any time, but Commit never runs beside a Read or
// another Commit.
type Store interface {
	// Read lets do read, and returns its error. If it returns another one, do may
	// still be running.
	Read(do func(Reader) error) error
	// Commit does all of b or nothing, and returns when that is durable if durable
	// says so. An error that wraps ErrStopped ends the use of the store.
	Commit(b Batch, durable bool) error
	// Sync makes every batch that was committed before it durable.
	Sync() error
	Close() error
}

// Reader reads a Store until Read returns, and so long its bytes are valid.
type Reader interface {
	// Get returns the value under the key of the boundary or of the hard state, nil
	// if there is none.
	Get(key []byte) ([]byte, error)
	// Ends returns the keys of the first and the last entry, nil if there is none.
	Ends() (first, last []byte, err error)
	// Scan shows visit the entries from first to last in order, until visit wants no
	// more or fails. What visit is shown is valid until it returns. Scan may go on
	// beyond last.
	Scan(first, last uint64, visit func(key, value []byte) (more bool, err error)) error
}

// ErrStopped is an error of a Store after which nobody knows what it holds.
var ErrStopped = errors.New("stopped after a failed write, open it again to see what is stored")

// Batch is what one call changes in a store, in this order.
type Batch struct {
	// DiscardFirst and DiscardLast are the entries to discard, none if DiscardLast
	// is 0. If there is something to put, it begins at DiscardFirst.
	DiscardFirst, DiscardLast uint64
	// Empties says that no entry is left. The range above may then reach beyond the
	// log; otherwise the log holds all of it.
	Empties bool
	// Put are entries to write; see [AppendValue].
	Put []engines.Entry
	// Key, if not nil, gets Value, or is deleted if Value is nil.
	Key, Value []byte
}

func (b Batch) nothing() bool { return b.DiscardLast == 0 && len(b.Put) == 0 && b.Key == nil }
