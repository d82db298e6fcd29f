// Package memmachine keeps a state machine in memory. Nothing survives a close or a crash,
// and its claims say so: it is the machine for tests, and the one whose loss of everything
// a harness must not call a fault. Its snapshots are files as those of every machine.
package memmachine

import (
	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/machine"
)

// New returns an empty machine whose snapshots are files of fs; nil is the operating
// system's file system. A second Close is refused with [engines.ErrClosed].
func New(fs afero.Fs) engines.StateMachine {
	return machine.Open(store{machine.NewMemory()}, machine.State{}, machine.Config{
		Name: "memmachine", FS: fs,
		Claims: engines.MachineClaims{Volatile: true, ReadersNotBlocked: true, SpaceReclaimed: true, CloseReleases: true},
	})
}

// Factory returns the factory of machines named "mem-machine". Each open gives an empty
// one; of Env it uses FS.
func Factory() engines.MachineFactory {
	return engines.MachineFactory{
		Name: "mem-machine",
		Open: func(env engines.Env) (engines.StateMachine, error) { return New(env.FS), nil },
	}
}

// store is a [machine.Memory] of which nothing is kept elsewhere.
type store struct{ *machine.Memory }

func (s store) Write(c machine.Change) (show func() error, err error) {
	c = c.Clone()
	return func() error {
		s.Apply(c)
		return nil
	}, nil
}

func (store) Sync() error  { return nil }
func (store) Close() error { return nil }
