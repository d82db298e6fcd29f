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
//
// A record is appended right behind the synced ones before it. So the engine does not
// hold on devices that lose or cannot read these with the record that was being
// written: Ackproof's knobs physical-sector=4096 and unreadable=yes.
package pebblelog

import (
	"fmt"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/keyed"
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
	// Panics leaves it to Pebble to panic at errors of its log and of its markers, which
	// nobody can catch. Otherwise these are fatal to the one database; see [ErrFatal].
	Panics bool
	// Tune changes Pebble's options, nil for Pebble's own defaults; see [Small].
	// FS, ReadOnly and the handling of fatal errors stay as they are here.
	Tune func(*pebble.Options)
}

// Engine is a StorageEngine on Pebble. Its methods may be called from any
// goroutine, with one at a time changing the log. After a fatal error of Pebble,
// Close returns that error and leaves Pebble as it is; see [ErrFatal].
//
// SaveHardState is durable when it returns in the buffered form too: a vote that
// a crash takes back could be given twice in one term. Its sync covers the
// entries before it as well.
//
// The engine does not claim to detect corruption: Pebble verifies its blocks and
// the records of its write-ahead log, but takes a damaged record of its manifest
// for the manifest's end.
type Engine struct {
	*keyed.Engine
	store *store
}

var (
	_ engines.StorageEngine = (*Engine)(nil)
	_ engines.Claimer       = (*Engine)(nil)
)

// Open opens the engine in o.Dir, creating it if there is none. The directory
// stays locked until Close.
func Open(o Options) (*Engine, error) {
	e := &Engine{store: &store{guard: newGuard(), buffered: o.Buffered}}
	err := e.store.guard.run(func() (err error) {
		e.store.db, err = pebble.Open(o.Dir, pebbleOptions(o, e.store.guard))
		return err
	})
	if err == nil {
		e.Engine, err = keyed.Open(e.store, keyed.Config{
			Name: "pebblelog", Claims: claims(!o.Buffered), Boundary: boundaryKey, HardState: hardStateKey,
			ResetsEmpty: true, Naming: keyed.NameFailures,
		})
	}
	if err != nil {
		return nil, fmt.Errorf("pebblelog: open %q: %w", o.Dir, err)
	}
	return e, nil
}

func pebbleOptions(o Options, guard *guard) *pebble.Options {
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
	if !o.Panics {
		options.FS = panicStops{options.FS, guard}
	}
	guard.watch(options)
	return options
}

func claims(synced bool) engines.Claims {
	return engines.Claims{
		WriteDurable:     synced,
		AtomicBatch:      true, // one batch, one record
		AtomicReplace:    true, // likewise
		MutationsDurable: synced,
		HardStateDurable: true, // synced in both forms
		OrderedHardState: true, // one write-ahead log for both
		CloseDurable:     true, // Pebble syncs its write-ahead log when it closes it
		ReadsDurable:     synced,
	}
}
