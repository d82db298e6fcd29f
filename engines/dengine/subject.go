package dengine

import (
	"github.com/cockroachdb/pebble/v2"

	"github.com/ackproof/ackproof/engines"
)

// Subject is an engine, and what must be found out about it.
type Subject struct {
	engines.Factory
	// About says in one line what it is.
	About string
	// Weaknesses are those that it is documented to have, each of which a run must find.
	Weaknesses []Weakness
}

// FileSubjects returns the file engine as documented, and as it would be if it said that its
// writes are durable.
func FileSubjects() []Subject {
	return []Subject{
		{
			Factory:    fileFactory("dengine/file", false),
			About:      "d-engine's file engine, as documented",
			Weaknesses: fileWeaknesses(),
		},
		{
			Factory:    fileFactory("dengine/file-claims-durable", true),
			About:      "the same, with is_write_durable turned to true",
			Weaknesses: claimsDurable(),
		},
	}
}

// RocksSubjects returns the same of the RocksDB engine. It reaches its files through fs; a nil
// tune leaves Pebble's defaults.
func RocksSubjects(fs FileSystem, tune func(*pebble.Options)) []Subject {
	return []Subject{
		{
			Factory:    rocksFactory("dengine/rocksdb", false, fs, tune),
			About:      "d-engine's RocksDB engine, as documented, over Pebble",
			Weaknesses: rocksWeaknesses(),
		},
		{
			Factory:    rocksFactory("dengine/rocksdb-claims-durable", true, fs, tune),
			About:      "the same, with is_write_durable turned to true",
			Weaknesses: claimsDurable(),
		},
	}
}

func fileFactory(name string, durable bool) engines.Factory {
	return engines.Factory{Name: name, Open: func(env engines.Env) (engines.StorageEngine, error) {
		e, err := openFile(env)
		if err != nil {
			return nil, err // not a nil engine in a non-nil interface
		}
		e.log.saysDurable = durable
		return e, nil
	}}
}

func rocksFactory(name string, durable bool, fs FileSystem, tune func(*pebble.Options)) engines.Factory {
	return engines.Factory{Name: name, Open: func(env engines.Env) (engines.StorageEngine, error) {
		e, err := openRocks(env, fs, tune)
		if err != nil {
			return nil, err
		}
		e.rocks.saysDurable = durable
		return e, nil
	}}
}
