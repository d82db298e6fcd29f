// Package pebblestore opens Pebble for engines: with one format, with the order of
// names that Pebble relies on, with logs that hold records of logs only, and with its fatal
// errors caught.
//
// A batch is one record of the write-ahead log, so a crash leaves all of it or nothing.
// The records lie in the order of the commits, and recovery keeps a prefix of them.
package pebblestore

import (
	"errors"

	"github.com/cockroachdb/pebble/v2"
)

// DB is a Pebble database. Its methods may be called from any goroutine. After a fatal
// error of Pebble each of them returns that error; see [ErrFatal].
type DB struct {
	db       *pebble.DB
	guard    *guard
	buffered bool
}

// Open opens the database in o.Dir, creating it if there is none. The directory stays
// locked until Close.
func Open(o Options) (*DB, error) {
	d := &DB{guard: newGuard(), buffered: o.Buffered}
	err := d.guard.run(func() (err error) {
		d.db, err = pebble.Open(o.Dir, o.pebble(d.guard))
		return err
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}

// Read lets do read the newest version, and returns its error. If it returns another
// one, do may still be running.
func (d *DB) Read(do func(*pebble.DB) error) error {
	return d.guard.run(func() error { return do(d.db) })
}

// Commit commits the batch that fill makes, all of it or nothing, and returns when that
// is durable if durable says so.
func (d *DB) Commit(fill func(*pebble.Batch) error, durable bool) error {
	batch := d.db.NewBatch()
	if err := fill(batch); err != nil {
		return errors.Join(err, batch.Close())
	}
	durability := pebble.NoSync
	if durable {
		durability = pebble.Sync
	}
	return d.guard.run(func() error { return errors.Join(batch.Commit(durability), batch.Close()) })
}

// Sync makes every batch that was committed before it durable. It has nothing to do if
// the database is not buffered.
//
// A record without content, written with Sync, is enough. The write-ahead log is
// one file at a time: records enter it in the order of commits, its sync covers
// all bytes before the record, and Pebble syncs a full file when it closes it,
// before the first record of the next one. What has left the write-ahead log is
// in tables, which are synced before their log is dropped.
func (d *DB) Sync() error {
	return d.guard.run(func() error {
		if !d.buffered {
			return nil
		}
		return d.db.LogData(nil, pebble.Sync)
	})
}

// Flush writes what is in memory to a table, and returns when that is durable.
func (d *DB) Flush() error { return d.guard.run(func() error { return d.db.Flush() }) }

// Close leaves Pebble as it is after a fatal error. Otherwise everything is durable when
// it returns, as Pebble syncs its write-ahead log when it closes it.
func (d *DB) Close() error { return d.guard.run(d.db.Close) }
