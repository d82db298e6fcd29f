package boltlog

import (
	"go.etcd.io/bbolt"

	"github.com/ackproof/ackproof/engines"
)

// change is what one call does to the log: it discards some entries, writes
// others, and leaves the bounds as they are after it.
type change struct {
	discardFirst uint64
	discardCount uint64
	put          []engines.Entry
	after        bounds
}

// nothing reports whether c leaves the log as before.
func (c change) nothing(before bounds) bool { return len(c.put) == 0 && c.after == before }

// apply does c in tx to a log with the bounds before.
func (c change) apply(tx *bbolt.Tx, before bounds) error {
	if err := c.discard(tx, before); err != nil {
		return err
	}
	if err := c.write(tx); err != nil {
		return err
	}
	if c.after.boundary == before.boundary && c.after.hasBoundary == before.hasBoundary {
		return nil
	}
	if !c.after.hasBoundary {
		return deleteMeta(tx, boundaryKey)
	}
	return savePair(tx, boundaryKey, c.after.boundary.Index, c.after.boundary.Term)
}

func (c change) discard(tx *bbolt.Tx, before bounds) error {
	switch {
	case c.discardCount == 0:
		return nil
	case c.discardFirst == before.boundary.Index+1 && c.discardCount == before.last-before.boundary.Index:
		return tx.DeleteBucket(logBucket) // frees its pages without a look at the entries
	}
	entries := tx.Bucket(logBucket)
	for i := range c.discardCount {
		if err := entries.Delete(entryKey(c.discardFirst + i)); err != nil {
			return err
		}
	}
	return nil
}

func (c change) write(tx *bbolt.Tx) error {
	if len(c.put) == 0 {
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
	for _, e := range c.put {
		sizeBytes += numberBytes + len(e.Payload)
	}
	// bbolt keeps values until the commit, each in its part of this.
	values := make([]byte, 0, sizeBytes)
	for _, e := range c.put {
		start := len(values)
		values = appendEntry(values, e)
		if err := entries.Put(entryKey(e.Index), values[start:]); err != nil {
			return err
		}
	}
	return nil
}
