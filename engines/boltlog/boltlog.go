// Package boltlog keeps a Raft log and its hard state in bbolt, a copy-on-write
// B+ tree in one memory-mapped file.
//
// Every call that changes something is one bbolt transaction: its pages go to
// free places of the file, and then one of two alternating meta pages makes them
// the newest version. A crash leaves all of a call or nothing, and as log and
// hard state share the file, neither can get ahead of the other.
//
// # Durability
//
// In the durable form bbolt syncs the file twice in each transaction: after the
// pages, so that no meta page can point to one that is not there, and after the
// meta page, before the call returns.
//
// The form without syncs (Options.NoSync) writes the same pages in the same
// order and leaves it to the operating system when they reach the disk. Nothing
// but that first sync kept the meta page behind its pages. So a power failure may
// leave a newest meta page, with a checksum that is right, over pages that are not
// there, and bbolt has no checksums on those: it panics, or finds a log with holes
// or a tree of older pages. A Flush does not help for long: the transactions after
// it write to the pages that the flushed version has given up, and the second of
// them to its meta page. So this form outlives its process, and a power
// failure only if nothing was written since the last Flush. bbolt warns of that as well, in
// the comment on DB.NoSync.
//
// # How a file is created
//
// A new file is four pages in one write, a sync, and no sync of the directory.
// A crash meanwhile leaves a file of any length with any of its sectors, which
// bbolt then refuses or panics over, although nothing in it was ever
// acknowledged; and POSIX lets a synced file be lost with its name. So the engine
// lets bbolt make the file under another name, syncs it, renames it, and syncs
// the directory, all before Open returns: log.db is complete whenever it is
// there, and what has the other name is not worth opening. Options.Plain leaves
// this out.
//
// Open also syncs file and directory of an engine that was there before. After a
// kill both may show what only the page cache holds, and what Open has
// shown must not be lost to the next crash. A newest meta page may be among it: the
// next transaction writes over pages that only the version before needs, so if the
// crash took that meta page, neither version would be whole. bbolt alone does not
// sync what it opens.
//
// # Layout
//
// Numbers are big-endian, so that entries sort by index.
//
//	bucket "log"    index(8)     ->  term(8) payload     an entry
//	bucket "meta"   "boundary"   ->  index(8) term(8)    the purge boundary
//	                "hardstate"  ->  term(8) vote(8)     the hard state
//
// # Limits
//
// A transaction that a crash interrupts writes to free pages and to the older meta
// page, never to a page that the last one needs. So nothing is lost on devices with
// physical sectors of 4 KiB. But bbolt reads both meta pages through its map, and
// panics where one cannot be read (Ackproof's knob unreadable=yes).
//
// bbolt needs a local file system with memory maps and advisory locks. The same
// calls make the same file, but no more than tests say so: bbolt rebalances its
// tree in the order of a Go map, which has not shown in a file yet.
package boltlog

import (
	"fmt"

	"github.com/ackproof/ackproof/engines"
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
	db, err := openFile(o)
	if err != nil {
		return nil, fmt.Errorf("boltlog: open %q: %w", o.Dir, classify(err))
	}
	e := &Engine{store: &store{db: db, noSync: o.NoSync}}
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
	}
}
