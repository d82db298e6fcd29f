package pebblelog

import (
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/extent"
)

// loadExtent derives the extent from what is stored. A log that does not begin
// just after its boundary is corrupt: no batch leaves it so.
func loadExtent(db *pebble.DB) (extent.Extent, error) {
	index, term, ok, err := loadPair(db, boundaryKey)
	if err != nil {
		return extent.Extent{}, fmt.Errorf("purge boundary: %w", err)
	}
	x := extent.Extent{Boundary: engines.LogID{Index: index, Term: term}, HasBoundary: ok, Last: index}
	entries, err := db.NewIter(&pebble.IterOptions{LowerBound: entryKey(0), UpperBound: entriesEnd})
	if err != nil {
		return extent.Extent{}, err
	}
	err = errors.Join(extend(&x, entries), entries.Close())
	return x, err
}

// extend moves the end of x to the newest of entries.
func extend(x *extent.Extent, entries *pebble.Iterator) error {
	if !entries.First() {
		return entries.Error()
	}
	first, err := indexOf(entries.Key())
	if err != nil {
		return err
	}
	if err := x.CheckFirst(first); err != nil {
		return err
	}
	if !entries.Last() {
		return entries.Error()
	}
	x.Last, err = indexOf(entries.Key())
	return err
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
