// Package boltlog keeps a Raft log and its hard state in bbolt, a copy-on-write
// B+ tree in one memory-mapped file.
//
// Every call that changes something is one bbolt transaction. A crash leaves all of a
// call or nothing, and as log and hard state share the file, neither can get ahead of the
// other.
//
// The durable form syncs in each transaction. The form without syncs (Options.NoSync)
// outlives its process, and a power failure only if nothing was written since the last
// Flush: bbolt may panic over what is left of it, or show other pages than were written.
// Package boltstore says why, how the file is made, and what bbolt needs.
//
// # Layout
//
// Numbers are big-endian, so that entries sort by index.
//
//	bucket "log"    index(8)     ->  term(8) payload     an entry
//	bucket "meta"   "boundary"   ->  index(8) term(8)    the purge boundary
//	                "hardstate"  ->  term(8) vote(8)     the hard state
package boltlog

import (
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/boltstore"
	"github.com/ackproof/ackproof/engines/internal/keyed"
)

// Engine is a StorageEngine on bbolt. Its methods may be called from any
// goroutine, with one at a time changing the log.
//
// It does not claim to detect corruption: only bbolt's meta pages have checksums.
type Engine struct {
	*keyed.Engine
	store *store
}

var (
	_ engines.StorageEngine = (*Engine)(nil)
	_ engines.Claimer       = (*Engine)(nil)
)

// Open opens the engine in o.Dir, creating it if there is none. The file stays
// locked until Close, in this process too; [ErrLocked] says that it is locked by
// another. A file that is not bbolt's is refused with [engines.ErrCorrupt].
//
// A damaged file can make bbolt panic, or fault on its memory map, in any call.
// The engine lets that happen, as it cannot tell what else is wrong.
func Open(o Options) (*Engine, error) {
	db, err := boltstore.Open(o, fileName)
	if err != nil {
		return nil, fmt.Errorf("boltlog: open %q: %w", o.Dir, err)
	}
	e := &Engine{store: &store{db}}
	e.Engine, err = keyed.Open(e.store, keyed.Config{
		Name: "boltlog", Claims: claims(!o.NoSync), Boundary: boundaryKey, HardState: hardStateKey,
	})
	if err != nil {
		return nil, fmt.Errorf("boltlog: open %q: %w", o.Dir, err)
	}
	return e, nil
}

func claims(synced bool) engines.Claims {
	return engines.Claims{
		WriteDurable:     synced,
		AtomicBatch:      true, // one transaction
		AtomicReplace:    true, // likewise
		MutationsDurable: synced,
		HardStateDurable: synced,
		OrderedHardState: true, // one sequence of transactions for both
		CloseDurable:     synced,
		ReadsDurable:     synced,
		SpaceReclaimed:   true, // free pages are used again
		CloseReleases:    true,
	}
}
