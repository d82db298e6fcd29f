package pebblelog

import (
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"github.com/ackproof/ackproof/engines"
)

// bounds is where the log begins and ends: it holds the entries from
// boundary.Index+1 to last.
type bounds struct {
	boundary    engines.LogID
	hasBoundary bool
	last        uint64
}

// loadBounds derives the bounds from what is stored. A log that does not begin
// just after its boundary is corrupt: no batch leaves it so.
func loadBounds(db *pebble.DB) (bounds, error) {
	index, term, ok, err := loadPair(db, boundaryKey)
	if err != nil {
		return bounds{}, fmt.Errorf("purge boundary: %w", err)
	}
	b := bounds{boundary: engines.LogID{Index: index, Term: term}, hasBoundary: ok, last: index}
	entries, err := db.NewIter(&pebble.IterOptions{LowerBound: entryKey(0), UpperBound: entriesEnd})
	if err != nil {
		return bounds{}, err
	}
	return b, errors.Join(b.extend(entries), entries.Close())
}

// extend moves last to the newest of entries.
func (b *bounds) extend(entries *pebble.Iterator) error {
	if !entries.First() {
		return entries.Error()
	}
	first, err := indexOf(entries.Key())
	if err != nil {
		return err
	}
	if first != b.boundary.Index+1 {
		return fmt.Errorf("%w: got first entry %d, want %d after the purge boundary", engines.ErrCorrupt, first, b.boundary.Index+1)
	}
	if !entries.Last() {
		return entries.Error()
	}
	b.last, err = indexOf(entries.Key())
	return err
}

// checkBatch refuses entries that the log cannot take.
func (b bounds) checkBatch(entries []engines.Entry) error {
	if err := engines.CheckBatch(entries); err != nil {
		return err
	}
	first := entries[0].Index
	if first > b.last && first-b.last > 1 {
		return fmt.Errorf("%w: got first index %d, want at most %d", engines.ErrGap, first, b.last+1)
	}
	return b.checkCut(first)
}

// checkCut refuses to cut off what was purged.
func (b bounds) checkCut(from uint64) error {
	if from <= b.boundary.Index {
		return fmt.Errorf("%w: got index %d, want above %d", engines.ErrCompacted, from, b.boundary.Index)
	}
	return nil
}

// loadPair reads two numbers; ok is false if there are none.
func loadPair(db *pebble.DB, key []byte) (x, y uint64, ok bool, err error) {
	value, closer, err := db.Get(key)
	if errors.Is(err, pebble.ErrNotFound) {
		return 0, 0, false, nil
	}
	if err != nil {
		return 0, 0, false, err
	}
	x, y, err = decodePair(value)
	return x, y, err == nil, errors.Join(err, closer.Close())
}
