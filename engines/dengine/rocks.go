package dengine

import (
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/pebblestore"
)

// FileSystem returns an environment's file system in Pebble's form.
type FileSystem = pebblestore.FileSystem

// rocksEngine is the RocksDB engine, over Pebble.
type rocksEngine struct{ rocks *rocks }

// openRocks opens the RocksDB engine in env, creating it there if env holds none.
func openRocks(env engines.Env, fs FileSystem, tune func(*pebble.Options)) (*rocksEngine, error) {
	o, err := pebblestore.In(env, fs, pebblestore.Options{Buffered: true, Tune: tune})
	if err != nil {
		return nil, err
	}
	db, err := pebblestore.Open(o)
	if err != nil {
		return nil, fmt.Errorf("dengine: open: %w", err)
	}
	r := &rocks{db: db}
	if r.last, err = r.lastKey(); err != nil {
		return nil, fmt.Errorf("dengine: open: %w", errors.Join(err, db.Close()))
	}
	return &rocksEngine{r}, nil
}

func (e *rocksEngine) LogStore() engines.LogStore   { return (*rocksLog)(e.rocks) }
func (e *rocksEngine) MetaStore() engines.MetaStore { return (*rocksMeta)(e.rocks) }

// Close flushes, as d-engine does where it drops an engine.
func (e *rocksEngine) Close() error {
	return e.rocks.close(func() error { return errors.Join(e.rocks.flush(), e.rocks.db.Close()) })
}
