package pebblelog

import (
	"encoding/binary"
	"errors"

	"github.com/cockroachdb/pebble/v2"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/keyed"
)

// store is Pebble, with its fatal errors caught.
type store struct {
	db       *pebble.DB
	guard    *guard
	buffered bool
}

func (s *store) Read(do func(keyed.Reader) error) error {
	return s.guard.run(func() error { return do(reader{s.db}) })
}

func (s *store) Commit(b keyed.Batch, durable bool) error {
	batch := s.db.NewBatch()
	if err := fill(batch, b); err != nil {
		return errors.Join(err, batch.Close())
	}
	durability := pebble.NoSync
	if durable {
		durability = pebble.Sync
	}
	return s.guard.run(func() error { return errors.Join(batch.Commit(durability), batch.Close()) })
}

// fill makes batch do b. A later operation of a batch wins over an earlier one, so
// what is put need not be kept out of what is discarded.
func fill(batch *pebble.Batch, b keyed.Batch) error {
	if b.DiscardLast != 0 {
		if err := batch.DeleteRange(entryKey(b.DiscardFirst), keyAfter(b.DiscardLast), nil); err != nil {
			return err
		}
	}
	for _, e := range b.Put {
		if err := setEntry(batch, e); err != nil {
			return err
		}
	}
	switch {
	case b.Key == nil:
		return nil
	case b.Value == nil:
		return batch.Delete(b.Key, nil)
	}
	return batch.Set(b.Key, b.Value, nil)
}

// setEntry adds e to batch without a copy of its own in between.
func setEntry(batch *pebble.Batch, e engines.Entry) error {
	op := batch.SetDeferred(1+keyed.NumberBytes, keyed.ValueBytes(e))
	op.Key[0] = entryPrefix
	binary.BigEndian.PutUint64(op.Key[1:], e.Index)
	keyed.AppendValue(op.Value[:0], e)
	return op.Finish()
}

// Sync makes every batch that was committed before it durable.
//
// A record without content, written with Sync, is enough. The write-ahead log is
// one file at a time: records enter it in the order of commits, its sync covers
// all bytes before the record, and Pebble syncs a full file when it closes it,
// before the first record of the next one. What has left the write-ahead log is
// in tables, which are synced before their log is dropped.
func (s *store) Sync() error {
	return s.guard.run(func() error {
		if !s.buffered {
			return nil
		}
		return s.db.LogData(nil, pebble.Sync)
	})
}

// Close leaves Pebble as it is after a fatal error.
func (s *store) Close() error { return s.guard.run(s.db.Close) }
