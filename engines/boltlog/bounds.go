package boltlog

import (
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/ackproof/ackproof/engines"
)

// bounds is where the log begins and ends: it holds the entries from
// boundary.Index+1 to last. Its methods say what a call would do to the log, or
// why it is refused.
type bounds struct {
	boundary    engines.LogID
	hasBoundary bool
	last        uint64
}

func (b bounds) empty() bool { return b.last == b.boundary.Index }

func (b bounds) persist(entries []engines.Entry) (change, error) {
	if len(entries) == 0 {
		return change{after: b}, nil
	}
	if err := engines.CheckBatch(entries); err != nil {
		return change{}, err
	}
	first, count := entries[0].Index, uint64(len(entries))
	if first > b.last && first-b.last > 1 {
		return change{}, fmt.Errorf("%w: got first index %d, want at most %d", engines.ErrGap, first, b.last+1)
	}
	c, err := b.truncate(first)
	if err != nil {
		return change{}, err
	}
	// What is written over need not be discarded before.
	over := min(count, c.discardCount)
	c.discardFirst, c.discardCount = c.discardFirst+over, c.discardCount-over
	c.put, c.after.last = entries, entries[count-1].Index
	return c, nil
}

func (b bounds) replace(from uint64, entries []engines.Entry) (change, error) {
	if len(entries) == 0 {
		return b.truncate(from)
	}
	if entries[0].Index != from {
		return change{}, fmt.Errorf("%w: got first index %d, want %d", engines.ErrInvalid, entries[0].Index, from)
	}
	return b.persist(entries)
}

func (b bounds) truncate(from uint64) (change, error) {
	from = max(from, 1)
	if from <= b.boundary.Index {
		return change{}, fmt.Errorf("%w: got index %d, want above %d", engines.ErrCompacted, from, b.boundary.Index)
	}
	if from > b.last {
		return change{after: b}, nil
	}
	c := change{discardFirst: from, discardCount: b.last - from + 1, after: b}
	c.after.last = from - 1
	return c, nil
}

func (b bounds) purge(cutoff engines.LogID) change {
	if cutoff.Index <= b.boundary.Index {
		return change{after: b}
	}
	return change{
		discardFirst: b.boundary.Index + 1,
		discardCount: min(b.last, cutoff.Index) - b.boundary.Index,
		after:        bounds{boundary: cutoff, hasBoundary: true, last: max(b.last, cutoff.Index)},
	}
}

func (b bounds) reset() change {
	return change{discardFirst: b.boundary.Index + 1, discardCount: b.last - b.boundary.Index}
}

// loadBounds derives the bounds from what is stored. A log that does not begin
// just after its boundary is corrupt: no transaction leaves it so.
func loadBounds(db *bbolt.DB) (b bounds, err error) {
	err = db.View(func(tx *bbolt.Tx) error {
		index, term, ok, err := loadPair(tx, boundaryKey)
		if err != nil {
			return fmt.Errorf("purge boundary: %w", err)
		}
		b = bounds{boundary: engines.LogID{Index: index, Term: term}, hasBoundary: ok, last: index}
		if entries := tx.Bucket(logBucket); entries != nil {
			return b.extend(entries.Cursor())
		}
		return nil
	})
	return b, err
}

// extend moves last to the newest of entries.
func (b *bounds) extend(entries *bbolt.Cursor) error {
	key, _ := entries.First()
	if key == nil {
		return nil
	}
	first, err := indexOf(key)
	if err != nil {
		return err
	}
	if first != b.boundary.Index+1 {
		return fmt.Errorf("%w: got first entry %d, want %d after the purge boundary", engines.ErrCorrupt, first, b.boundary.Index+1)
	}
	key, _ = entries.Last()
	if b.last, err = indexOf(key); err != nil {
		return err
	}
	if b.last < first {
		return fmt.Errorf("%w: got last entry %d, want at least %d as the first is", engines.ErrCorrupt, b.last, first)
	}
	return nil
}
