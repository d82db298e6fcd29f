package boltlog

import (
	"go.etcd.io/bbolt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/keyed"
)

// apply does b in tx.
func apply(tx *bbolt.Tx, b keyed.Batch) error {
	if err := discard(tx, b); err != nil {
		return err
	}
	if err := put(tx, b.Put); err != nil {
		return err
	}
	if b.Key == nil {
		return nil
	}
	return putMeta(tx, b.Key, b.Value)
}

func discard(tx *bbolt.Tx, b keyed.Batch) error {
	entries := tx.Bucket(logBucket)
	switch {
	case b.DiscardLast == 0, entries == nil:
		return nil
	case b.Empties:
		return tx.DeleteBucket(logBucket) // frees its pages without a look at the entries
	}
	count := b.DiscardLast - b.DiscardFirst + 1
	// What is written over need not be discarded before.
	for i := min(uint64(len(b.Put)), count); i < count; i++ {
		if err := entries.Delete(entryKey(b.DiscardFirst + i)); err != nil {
			return err
		}
	}
	return nil
}

func put(tx *bbolt.Tx, put []engines.Entry) error {
	if len(put) == 0 {
		return nil
	}
	entries, err := tx.CreateBucketIfNotExists(logBucket)
	if err != nil {
		return err
	}
	// Entries come and go at the ends of the log, so a full page stays full. By
	// default a page that overflows is split in half, and each half left at that.
	entries.FillPercent = 1
	sizeBytes := 0
	for _, e := range put {
		sizeBytes += keyed.ValueBytes(e)
	}
	// bbolt keeps values until the commit, each in its part of this.
	values := make([]byte, 0, sizeBytes)
	for _, e := range put {
		start := len(values)
		values = keyed.AppendValue(values, e)
		if err := entries.Put(entryKey(e.Index), values[start:]); err != nil {
			return err
		}
	}
	return nil
}

// putMeta stores value under key, or deletes what is there if value is nil.
func putMeta(tx *bbolt.Tx, key, value []byte) error {
	if value == nil {
		if meta := tx.Bucket(metaBucket); meta != nil {
			return meta.Delete(key)
		}
		return nil
	}
	meta, err := tx.CreateBucketIfNotExists(metaBucket)
	if err != nil {
		return err
	}
	return meta.Put(key, value)
}
