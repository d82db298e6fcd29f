// Package boltstore opens bbolt for engines: its file is made so that a crash leaves all of
// it or none, it is locked, and a failed commit is told apart.
//
// A transaction writes its pages to free places of the file, and then one of two
// alternating meta pages makes them the newest version. A crash leaves all of a
// transaction or nothing.
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
// the directory, all before Open returns: the file is complete whenever it is
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
package boltstore

import (
	"errors"
	"fmt"
	"sync"

	"go.etcd.io/bbolt"
)

// ErrUnknown is wrapped by the error of a commit or a sync that failed. A transaction
// whose last sync failed is still visible, and a sync tried again may succeed although the
// kernel dropped the pages.
var ErrUnknown = errors.New("nobody knows what the file holds")

// DB is an open file of bbolt. Its methods may be called from any goroutine.
type DB struct {
	*bbolt.DB
	// writing keeps a Sync from running beside a transaction.
	writing sync.Mutex
}

// Open opens the file of a name in o.Dir, creating it if there is none. The file stays
// locked until Close, in this process too; [ErrLocked] says that it is locked by
// another. A file that is not bbolt's is refused with [engines.ErrCorrupt].
//
// A damaged file can make bbolt panic, or fault on its memory map, in any call. That is
// let happen, as nobody can tell what else is wrong.
func Open(o Options, name string) (*DB, error) {
	db, err := openFile(o, name)
	if err != nil {
		return nil, classify(err)
	}
	return &DB{DB: db}, nil
}

// Update does change in one transaction, durable or not as the file was opened. If the
// commit fails, the error wraps [ErrUnknown]; before it, nothing has happened.
func (d *DB) Update(change func(*bbolt.Tx) error) error {
	d.writing.Lock()
	defer d.writing.Unlock()
	done := false
	err := d.DB.Update(func(tx *bbolt.Tx) error {
		err := change(tx)
		done = err == nil
		return err
	})
	if err != nil && done {
		return fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	return err
}

// Sync makes every transaction before it durable, as far as a file without syncs can be.
// It has nothing to do in the durable form.
func (d *DB) Sync() error {
	if !d.NoSync || d.IsReadOnly() {
		return nil
	}
	d.writing.Lock()
	defer d.writing.Unlock()
	if err := d.DB.Sync(); err != nil {
		return fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	return nil
}
