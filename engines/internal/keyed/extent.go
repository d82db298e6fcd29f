package keyed

import (
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/extent"
)

// loadExtent derives the extent from what is stored. A log that does not begin
// just after its boundary is corrupt: no batch leaves it so.
func loadExtent(r Reader, boundaryKey []byte) (extent.Extent, error) {
	index, term, ok, err := loadPair(r, boundaryKey)
	if err != nil {
		return extent.Extent{}, fmt.Errorf("purge boundary: %w", err)
	}
	x := extent.Extent{Boundary: engines.LogID{Index: index, Term: term}, HasBoundary: ok, Last: index}
	firstKey, lastKey, err := r.Ends()
	if err != nil || firstKey == nil {
		return x, err
	}
	first, err := indexOf(firstKey)
	if err != nil {
		return x, err
	}
	if err := x.CheckFirst(first); err != nil {
		return x, err
	}
	if x.Last, err = indexOf(lastKey); err != nil {
		return x, err
	}
	if x.Last < first {
		return x, fmt.Errorf("%w: got last entry %d, want at least %d as the first is", engines.ErrCorrupt, x.Last, first)
	}
	return x, nil
}
