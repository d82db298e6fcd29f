package pebblemachine

import (
	"github.com/cockroachdb/pebble/v2"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/pebblestore"
)

// FileSystem returns an environment's file system in Pebble's form. Snapshots are files of
// the environment's own.
type FileSystem = pebblestore.FileSystem

// Factory returns the factory of durable machines, named "pebble-machine". A nil tune
// leaves Pebble's defaults.
func Factory(fs FileSystem, tune func(*pebble.Options)) engines.MachineFactory {
	return factory("pebble-machine", fs, Options{Tune: tune})
}

// BufferedFactory returns the factory of buffered machines, named
// "pebble-machine-buffered".
func BufferedFactory(fs FileSystem, tune func(*pebble.Options)) engines.MachineFactory {
	return factory("pebble-machine-buffered", fs, Options{Tune: tune, Buffered: true})
}

func factory(name string, fs FileSystem, o Options) engines.MachineFactory {
	readOnly := o
	readOnly.ReadOnly = true
	return engines.MachineFactory{Name: name, Open: opener(fs, o), OpenReadOnly: opener(fs, readOnly)}
}

func opener(fs FileSystem, o Options) func(engines.Env) (engines.StateMachine, error) {
	return func(env engines.Env) (engines.StateMachine, error) {
		o, err := pebblestore.In(env, fs, o)
		if err != nil {
			return nil, err
		}
		return Open(o, env.FS)
	}
}
