package pebblelog

import (
	"fmt"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

// FileSystem returns env's file system in Pebble's form. Every call for one
// Env.FS must return the same files.
type FileSystem func(env engines.Env) (vfs.FS, error)

// RealFileSystem is the FileSystem of environments that are real directories, to
// compare with.
func RealFileSystem(env engines.Env) (vfs.FS, error) {
	switch env.FS.(type) {
	case nil, *afero.OsFs:
		return vfs.Default, nil
	}
	return nil, fmt.Errorf("pebblelog: got file system %T, want the real one", env.FS)
}

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
		files, err := fs(env)
		if err != nil {
			return nil, err
		}
		o := o
		o.FS, o.Dir = files, env.Dir
		engine, err := Open(o)
		if err != nil {
			return nil, err // not a nil *Engine in a non-nil interface
		}
		return engine, nil
	}
}
