package boltlog

import (
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/extent"
)

// loadExtent derives the extent from what is stored. A log that does not begin
// just after its boundary is corrupt: no transaction leaves it so.
func loadExtent(db *bbolt.DB) (x extent.Extent, err error) {
	err = db.View(func(tx *bbolt.Tx) error {
		index, term, ok, err := loadPair(tx, boundaryKey)
		if err != nil {
			return fmt.Errorf("purge boundary: %w", err)
		}
		x = extent.Extent{Boundary: engines.LogID{Index: index, Term: term}, HasBoundary: ok, Last: index}
		if entries := tx.Bucket(logBucket); entries != nil {
			return extend(&x, entries.Cursor())
		}
		return nil
	})
	return x, err
}

// extend moves the end of x to the newest of entries.
func extend(x *extent.Extent, entries *bbolt.Cursor) error {
	key, _ := entries.First()
	if key == nil {
		return nil
	}
	first, err := indexOf(key)
	if err != nil {
		return err
	}
	if err := x.CheckFirst(first); err != nil {
		return err
	}
	key, _ = entries.Last()
	if x.Last, err = indexOf(key); err != nil {
		return err
	}
	if x.Last < first {
		return fmt.Errorf("%w: got last entry %d, want at least %d as the first is", engines.ErrCorrupt, x.Last, first)
	}
	return nil
}
