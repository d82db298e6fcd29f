package pebblelog

import (
	"github.com/cockroachdb/pebble/v2"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/pebblestore"
)

// Factory returns the factory of durable engines, named "pebble". A nil tune
// leaves Pebble's defaults.
func Factory(fs FileSystem, tune func(*pebble.Options)) engines.Factory {
	return factory("pebble", fs, Options{Tune: tune})
}

// BufferedFactory returns the factory of buffered engines, named
// "pebble-buffered".
func BufferedFactory(fs FileSystem, tune func(*pebble.Options)) engines.Factory {
	return factory("pebble-buffered", fs, Options{Tune: tune, Buffered: true})
}

func factory(name string, fs FileSystem, o Options) engines.Factory {
	readOnly := o
	readOnly.ReadOnly = true
	return engines.Factory{Name: name, Open: opener(fs, o), OpenReadOnly: opener(fs, readOnly)}
}

func opener(fs FileSystem, o Options) func(engines.Env) (engines.StorageEngine, error) {
	return func(env engines.Env) (engines.StorageEngine, error) {
		o, err := pebblestore.In(env, fs, o)
		if err != nil {
			return nil, err
		}
		engine, err := Open(o)
		if err != nil {
			return nil, err // not a nil *Engine in a non-nil interface
		}
		return engine, nil
	}
}
