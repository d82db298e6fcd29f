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

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/keyed"
	"github.com/ackproof/ackproof/engines/internal/pebblestore"
)

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
	db, err := pebblestore.Open(o)
	if err != nil {
		return nil, fmt.Errorf("pebblelog: open %q: %w", o.Dir, err)
	}
	e := &Engine{store: &store{db}}
	e.Engine, err = keyed.Open(e.store, keyed.Config{
		Name: "pebblelog", Claims: claims(!o.Buffered, o.Compacts()), Boundary: boundaryKey, HardState: hardStateKey,
		ResetsEmpty: true, Naming: keyed.NameFailures,
	})
	if err != nil {
		return nil, fmt.Errorf("pebblelog: open %q: %w", o.Dir, err)
	}
	return e, nil
}

func claims(synced, compacts bool) engines.Claims {
	return engines.Claims{
		WriteDurable:     synced,
		AtomicBatch:      true, // one batch, one record
		AtomicReplace:    true, // likewise
		MutationsDurable: synced,
		HardStateDurable: true, // synced in both forms
		OrderedHardState: true, // one write-ahead log for both
		CloseDurable:     true, // Pebble syncs its write-ahead log when it closes it
		ReadsDurable:     synced,
		SpaceReclaimed:   compacts,
		CloseReleases:    true,
	}
}
