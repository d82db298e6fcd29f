package pebblelog

import (
	"encoding/binary"

	"github.com/cockroachdb/pebble/v2"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/keyed"
	"github.com/ackproof/ackproof/engines/internal/pebblestore"
)

// store is a Pebble database as an ordered key-value store.
type store struct{ *pebblestore.DB }

func (s *store) Read(do func(keyed.Reader) error) error {
	return s.DB.Read(func(db *pebble.DB) error { return do(reader{db}) })
}

func (s *store) Commit(b keyed.Batch, durable bool) error {
	return s.DB.Commit(func(batch *pebble.Batch) error { return fill(batch, b) }, durable)
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
