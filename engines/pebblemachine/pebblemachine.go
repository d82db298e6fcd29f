// Package pebblemachine keeps a state machine in Pebble, a log-structured merge tree with
// a write-ahead log.
//
// Every change is one Pebble batch, hence one record of the write-ahead log: its pairs, the
// last applied position and the metadata of the last snapshot. A crash leaves all of it or
// nothing, and recovery keeps a prefix of the records, so no part gets ahead of the others.
// A restore and a reset delete all keys in the batch that puts the new ones.
//
// The durable form waits for the write-ahead log to be synced in every change, and shows the
// change to readers then. The buffered form shows it at once, and syncs where a call
// promises it: in a flush, in what is persisted, restored or reset, in a stop and in a close.
//
// The devices on which it does not hold are those that package pebblelog names, for the same
// reason.
package pebblemachine

import (
	"errors"
	"fmt"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/machine"
	"github.com/ackproof/ackproof/engines/internal/pebblestore"
)

// Options says how to open a machine. The zero value is a durable machine in the current
// directory of the real file system. A buffered one leaves its applies to the next call
// that promises to be durable.
type Options = pebblestore.Options

// ErrFatal is wrapped by every error of a machine after Pebble has given up, until its
// directory is opened in another process. Close leaves Pebble as it is then.
var ErrFatal = pebblestore.ErrFatal

// Open opens the machine in o.Dir, creating it if there is none. The directory stays locked
// until Close. Snapshots are files of the file system of that name; nil is the operating
// system's. A change of 4 GiB or more, which no batch of Pebble can hold, is refused with
// [engines.ErrInvalid]; so is every change of a machine that was opened to be read only.
func Open(o Options, snapshots afero.Fs) (engines.StateMachine, error) {
	db, err := pebblestore.Open(o)
	if err != nil {
		return nil, fmt.Errorf("pebblemachine: open %q: %w", o.Dir, err)
	}
	s := &store{db: db, durable: !o.Buffered, readOnly: o.ReadOnly}
	if err := s.load(); err != nil {
		return nil, fmt.Errorf("pebblemachine: open %q: %w", o.Dir, errors.Join(err, s.Close()))
	}
	return machine.Open(s, s.kept.State, machine.Config{
		Name: "pebblemachine", Claims: claims(!o.Buffered, o.Compacts()), FS: snapshots,
	}), nil
}

func claims(synced, compacts bool) engines.MachineClaims {
	return engines.MachineClaims{
		ApplyDurable:      synced,
		RestoreDurable:    true, // synced in both forms
		ResetDurable:      true, // likewise
		ShutdownDurable:   true,
		ReadersNotBlocked: true, // they read the version before
		SpaceReclaimed:    compacts,
		CloseReleases:     true,
	}
}
