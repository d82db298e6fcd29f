package boltlog

import (
	"go.etcd.io/bbolt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/extent"
)

// change is what one call does to the log: it discards some entries, writes
// others, and leaves the extent as it is after it.
type change struct {
	discardFirst uint64
	discardCount uint64
	put          []engines.Entry
	after        extent.Extent
}

// persist plans a write of entries.
func persist(x extent.Extent, entries []engines.Entry) (change, error) {
	if err := x.CheckWrite(entries); err != nil || len(entries) == 0 {
		return change{after: x}, err
	}
	c, err := truncate(x, entries[0].Index)
	if err != nil {
		return change{}, err
	}
	// What is written over need not be discarded before.
	over := min(uint64(len(entries)), c.discardCount)
	c.discardFirst, c.discardCount = c.discardFirst+over, c.discardCount-over
	c.put, c.after.Last = entries, entries[len(entries)-1].Index
	return c, nil
}

func replace(x extent.Extent, from uint64, entries []engines.Entry) (change, error) {
	if len(entries) == 0 {
		return truncate(x, from)
	}
	if err := extent.CheckReplace(from, entries); err != nil {
		return change{}, err
	}
	return persist(x, entries)
}

func truncate(x extent.Extent, from uint64) (change, error) {
	from = max(from, 1)
	c := change{after: x}
	if err := x.CheckCut(from); err != nil || from > x.Last {
		return c, err
	}
	c.discardFirst, c.discardCount, c.after.Last = from, x.Last-from+1, from-1
	return c, nil
}

func purge(x extent.Extent, cutoff engines.LogID) change {
	if cutoff.Index <= x.Boundary.Index {
		return change{after: x}
	}
	return change{
		discardFirst: x.First(), discardCount: min(x.Last, cutoff.Index) - x.Boundary.Index, after: x.Purged(cutoff),
	}
}

func reset(x extent.Extent) change {
	return change{discardFirst: x.First(), discardCount: x.Last - x.Boundary.Index}
}

// nothing reports whether c leaves the log as before.
func (c change) nothing(before extent.Extent) bool { return len(c.put) == 0 && c.after == before }

// apply does c in tx to a log with the extent before.
func (c change) apply(tx *bbolt.Tx, before extent.Extent) error {
	if err := c.discard(tx, before); err != nil {
		return err
	}
	if err := c.write(tx); err != nil {
		return err
	}
	if c.after.Boundary == before.Boundary && c.after.HasBoundary == before.HasBoundary {
		return nil
	}
	if !c.after.HasBoundary {
		return deleteMeta(tx, boundaryKey)
	}
	return savePair(tx, boundaryKey, c.after.Boundary.Index, c.after.Boundary.Term)
}

func (c change) discard(tx *bbolt.Tx, before extent.Extent) error {
	switch {
	case c.discardCount == 0:
		return nil
	case c.discardFirst == before.First() && c.discardCount == before.Last-before.Boundary.Index:
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
