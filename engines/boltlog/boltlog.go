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
// shown must not be lost to the next crash.
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
// bbolt needs a local file system with memory maps and advisory locks. The same
// calls make the same file, but no more than tests say so: bbolt rebalances its
// tree in the order of a Go map, which has not shown in a file yet.
package boltlog

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"go.etcd.io/bbolt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/extent"
)

// Options says how to open an engine. The zero value is a durable engine in the
// current directory.
type Options struct {
	// Dir is the engine's directory on the real file system. It must exist.
	Dir string
	// NoSync leaves all writes to the next Flush. What a power failure leaves then
	// may be unreadable; see the package comment.
	NoSync bool
	// ReadOnly opens what is there and changes nothing. A directory without an
	// engine is refused, and so is every change.
	ReadOnly bool
	// Plain leaves creating and opening the file to bbolt alone, without the
	// engine's own care for names and for what a killed process left. It is there
	// to show what that care is for.
	Plain bool
}

// Engine is a StorageEngine on bbolt. Its methods may be called from any
// goroutine, with one at a time changing the log.
type Engine struct {
	db     *bbolt.DB
	noSync bool

	// mu is held for writing until a transaction is durable, not only visible:
	// bbolt shows a meta page before its sync is done, and who had read an entry
	// that a crash then takes away would have been lied to.
	mu     sync.RWMutex
	extent extent.Extent
	// unusable is what every call returns after Close or a failed write.
	unusable error
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
	e := &Engine{db: db, noSync: o.NoSync}
	if e.extent, err = loadExtent(db); err != nil {
		return nil, fmt.Errorf("boltlog: open %q: %w", o.Dir, errors.Join(err, db.Close()))
	}
	return e, nil
}

// Claims returns what the engine promises. It does not claim to detect
// corruption: only bbolt's meta pages have checksums.
func (e *Engine) Claims() engines.Claims {
	return engines.Claims{
		WriteDurable:     !e.noSync,
		AtomicBatch:      true, // one transaction
		AtomicReplace:    true, // likewise
		MutationsDurable: !e.noSync,
		HardStateDurable: !e.noSync,
		OrderedHardState: true, // one sequence of transactions for both
	}
}

// Close releases the engine and its file.
func (e *Engine) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if errors.Is(e.unusable, engines.ErrClosed) {
		return fmt.Errorf("boltlog: close: %w", engines.ErrClosed)
	}
	e.unusable = engines.ErrClosed
	if err := e.db.Close(); err != nil {
		return fmt.Errorf("boltlog: close: %w", err)
	}
	return nil
}

// usable refuses what nobody waits for any more, and what comes after Close or a
// failed write. The caller holds e.mu.
func (e *Engine) usable(ctx context.Context) error {
	if e.unusable != nil {
		return e.unusable
	}
	return ctx.Err()
}

// commit runs do in a transaction. If do fails, nothing has happened. If the
// commit fails, nobody knows what the file holds, and the engine stops: a
// transaction whose last sync failed is still visible, and a sync tried
// again may succeed although the kernel dropped the pages. The caller holds e.mu
// for writing.
func (e *Engine) commit(do func(*bbolt.Tx) error) error {
	done := false
	err := e.db.Update(func(tx *bbolt.Tx) error {
		err := do(tx)
		done = err == nil
		return err
	})
	if err != nil && done {
		return e.stop(err)
	}
	return err
}

// stop makes the engine unusable for err, and returns what it says from now on.
func (e *Engine) stop(err error) error {
	e.unusable = fmt.Errorf("stopped after a failed write, open it again to see what is stored: %w", err)
	return e.unusable
}

// flush makes every transaction that was committed before it durable; in the
// durable form each of them is already.
func (e *Engine) flush(ctx context.Context) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	err := e.usable(ctx)
	if err == nil && e.noSync && !e.db.IsReadOnly() {
		if err = e.db.Sync(); err != nil {
			err = e.stop(err)
		}
	}
	if err != nil {
		return fmt.Errorf("boltlog: flush: %w", err)
	}
	return nil
}
