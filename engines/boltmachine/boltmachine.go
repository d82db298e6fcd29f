// Package boltmachine keeps a state machine in bbolt, a copy-on-write B+ tree in one
// memory-mapped file.
//
// Every change is one bbolt transaction: its pairs, the last applied position and the
// metadata of the last snapshot. A crash leaves all of it or nothing. A restore and a reset
// drop the bucket of the pairs and make it anew, in the transaction that fills it.
//
// bbolt syncs the file twice in each transaction, so every call is durable when it returns.
// There is no buffered form: what bbolt leaves to the operating system may be unreadable
// after a power failure, flushed or not. Package boltstore says why, how the file is made,
// and what bbolt needs.
//
// # Layout
//
//	bucket "pairs"  'k' key  ->  value                           a pair
//	bucket "meta"   "state"  ->  count(8) position, snapshot     a machine.Counted
package boltmachine

import (
	"errors"
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/boltstore"
	"github.com/ackproof/ackproof/engines/internal/machine"
)

// Options says how to open a machine.
type Options struct {
	// Dir is the machine's directory on the real file system. It must exist. "" is the
	// current one.
	Dir string
	// ReadOnly opens what is there and changes nothing. A directory without a machine is
	// refused, and so is every change.
	ReadOnly bool
}

// ErrLocked refuses to open a machine that is open already, in this process or another, or
// is being opened.
var ErrLocked = boltstore.ErrLocked

// fileName is the file of a machine.
const fileName = "machine.db"

// Open opens the machine in o.Dir, creating it if there is none. The file stays locked
// until Close, in this process too; [ErrLocked] says that it is locked by another. A file
// that is not bbolt's is refused with [engines.ErrCorrupt]. A key of more than 32,767 bytes,
// or a value of 2 GiB, is refused with [engines.ErrInvalid], with the chunk or the
// snapshot that it is in; so is every change of a machine that was opened to be read only.
//
// A damaged file can make bbolt panic, or fault on its memory map, in any call. The machine
// lets that happen, as it cannot tell what else is wrong.
func Open(o Options) (engines.StateMachine, error) {
	db, err := boltstore.Open(boltstore.Options{Dir: o.Dir, ReadOnly: o.ReadOnly}, fileName)
	if err != nil {
		return nil, fmt.Errorf("boltmachine: open %q: %w", o.Dir, err)
	}
	s := &store{db: db}
	if err := s.load(); err != nil {
		return nil, fmt.Errorf("boltmachine: open %q: %w", o.Dir, errors.Join(err, db.Close()))
	}
	return machine.Open(s, s.kept.State, machine.Config{Name: "boltmachine", Claims: claims}), nil
}

// claims leave out ReadersNotBlocked: bbolt shows a transaction before its last sync, so
// readers wait for that.
var claims = engines.MachineClaims{
	ApplyDurable: true, RestoreDurable: true, ResetDurable: true, ShutdownDurable: true,
	CloseReleases:  true,
	SpaceReclaimed: true, // free pages are used again
}

// Factory returns the factory of machines, named "bbolt-machine".
func Factory() engines.MachineFactory {
	open := func(readOnly bool) func(engines.Env) (engines.StateMachine, error) {
		return func(env engines.Env) (engines.StateMachine, error) {
			return Open(Options{Dir: env.Dir, ReadOnly: readOnly})
		}
	}
	return engines.MachineFactory{Name: "bbolt-machine", Open: open(false), OpenReadOnly: open(true), Needs: engines.NeedsDir}
}
