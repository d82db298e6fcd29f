// Package pebblelog keeps a Raft log and its hard state in Pebble, a
// log-structured merge tree with a write-ahead log.
//
// Every call is one Pebble batch, hence one record of the write-ahead log: a
// crash leaves all of it or nothing. The records lie in the order of the calls,
// and recovery keeps a prefix of them, so neither log nor hard state can get
// ahead of the other.
//
// The durable form waits for the write-ahead log to be synced in every call.
// The buffered form does so in Flush and SaveHardState only, and a sync there
// covers everything before it.
package pebblelog

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/extent"
)

// Options says how to open an engine. The zero value is a durable engine in the
// current directory of the real file system.
type Options struct {
	// FS is the file system; nil is the real one.
	FS vfs.FS
	// Dir is the engine's directory within FS. It is created if it is missing.
	Dir string
	// Buffered leaves log writes to the next Flush or SaveHardState.
	Buffered bool
	// ReadOnly opens what is there without writing to it, and replays the
	// write-ahead log in memory. Every change and every Flush of a buffered
	// engine is then refused with pebble.ErrReadOnly.
	ReadOnly bool
	// NamesInOrder trusts the file system to keep changes of names in their order
	// through a crash, as ext4 and xfs do. Otherwise the engine syncs a directory
	// before it removes a name there, as Pebble itself does not.
	NamesInOrder bool
	// Tune changes Pebble's options, nil for Pebble's own defaults; see [Small].
	// FS, ReadOnly and the handling of fatal errors stay as they are here.
	Tune func(*pebble.Options)
}

// Engine is a StorageEngine on Pebble. Its methods may be called from any
// goroutine, with one at a time changing the log.
type Engine struct {
	db       *pebble.DB
	guard    *guard
	buffered bool
	closed   atomic.Bool

	// mu is held for writing until a batch is durable, not only visible: Pebble
	// shows a batch before its sync is done, and who had read an entry that a
	// crash then takes away would have been lied to.
	mu     sync.RWMutex
	extent extent.Extent
}

var (
	_ engines.StorageEngine = (*Engine)(nil)
	_ engines.Claimer       = (*Engine)(nil)
)

// Open opens the engine in o.Dir, creating it if there is none. The directory
// stays locked until Close.
func Open(o Options) (*Engine, error) {
	e := &Engine{guard: newGuard(), buffered: o.Buffered}
	err := e.guard.run(func() (err error) {
		if e.db, err = pebble.Open(o.Dir, e.pebbleOptions(o)); err != nil {
			return err
		}
		if e.extent, err = loadExtent(e.db); err != nil {
			return errors.Join(err, e.db.Close())
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("pebblelog: open %q: %w", o.Dir, err)
	}
	return e, nil
}

func (e *Engine) pebbleOptions(o Options) *pebble.Options {
	options := &pebble.Options{
		// Pinned, so that a newer Pebble does not rewrite a store in passing.
		// From this format on a damaged record of the write-ahead log is told
		// apart from its torn end.
		FormatMajorVersion: pebble.FormatWALSyncChunks,
		Logger:             silent{},
	}
	if o.Tune != nil {
		o.Tune(options)
	}
	options.FS, options.ReadOnly = o.FS, o.ReadOnly
	if options.FS == nil {
		options.FS = vfs.Default
	}
	if !o.NamesInOrder && !o.ReadOnly {
		options.FS = newInOrder(options.FS)
	}
	e.guard.watch(options)
	return options
}

// Claims returns what the engine promises. It does not claim to detect
// corruption: Pebble verifies its blocks and the records of its write-ahead log,
// but takes a damaged record of its manifest for the manifest's end.
func (e *Engine) Claims() engines.Claims {
	return engines.Claims{
		WriteDurable:     !e.buffered,
		AtomicBatch:      true, // one batch, one record
		AtomicReplace:    true, // likewise
		MutationsDurable: !e.buffered,
		HardStateDurable: true, // synced in both forms
		OrderedHardState: true, // one write-ahead log for both
	}
}

// Close releases the engine and its directory. After a fatal error of Pebble it
// returns that error and leaves Pebble as it is; see [ErrFatal].
func (e *Engine) Close() error {
	if e.closed.Swap(true) {
		return fmt.Errorf("pebblelog: close: %w", engines.ErrClosed)
	}
	if err := e.guard.run(e.db.Close); err != nil {
		return fmt.Errorf("pebblelog: close: %w", err)
	}
	return nil
}

// usable refuses what nobody waits for any more and what comes after Close.
func (e *Engine) usable(ctx context.Context) error {
	if e.closed.Load() {
		return fmt.Errorf("pebblelog: %w", engines.ErrClosed)
	}
	return ctx.Err()
}

// commit writes batch, durably or not, and leaves the caller with nothing of it.
// The caller holds e.mu for writing.
func (e *Engine) commit(batch *pebble.Batch, durability *pebble.WriteOptions) error {
	return e.guard.run(func() error { return errors.Join(batch.Commit(durability), batch.Close()) })
}

// logDurability says whether writes to the log are synced.
func (e *Engine) logDurability() *pebble.WriteOptions {
	if e.buffered {
		return pebble.NoSync
	}
	return pebble.Sync
}

// flush makes every batch that was committed before it durable.
//
// A record without content, written with Sync, is enough. The write-ahead log is
// one file at a time: records enter it in the order of commits, its sync covers
// all bytes before the record, and Pebble syncs a full file when it closes it,
// before the first record of the next one. What has left the write-ahead log is
// in tables, which are synced before their log is dropped.
func (e *Engine) flush(ctx context.Context) error {
	if err := e.usable(ctx); err != nil {
		return err
	}
	err := e.guard.run(func() error {
		if !e.buffered {
			return nil
		}
		return e.db.LogData(nil, pebble.Sync)
	})
	if err != nil {
		return fmt.Errorf("pebblelog: flush: %w", err)
	}
	return nil
}
