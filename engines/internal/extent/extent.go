// Package extent answers what every engine asks of its log's two ends: what a call
// may write or discard there, and what a read finds.
package extent

import (
	"fmt"

	"github.com/ackproof/ackproof/engines"
)

// Extent says which indexes a log holds: those from First to Last. The zero value
// is a new log's.
type Extent struct {
	Boundary    engines.LogID
	HasBoundary bool
	Last        uint64
}

// First returns the index of the first entry, if there is one.
func (x Extent) First() uint64 { return x.Boundary.Index + 1 }

// Empty reports whether the log holds no entry.
func (x Extent) Empty() bool { return x.Last == x.Boundary.Index }

// Purged returns x after a purge to cutoff, which is past the boundary.
func (x Extent) Purged(cutoff engines.LogID) Extent {
	return Extent{Boundary: cutoff, HasBoundary: true, Last: max(x.Last, cutoff.Index)}
}

// CheckWrite refuses entries that the log cannot take. No entries are fine.
func (x Extent) CheckWrite(entries []engines.Entry) error {
	if err := engines.CheckBatch(entries); err != nil || len(entries) == 0 {
		return err
	}
	first := entries[0].Index
	if first > x.Last && first-x.Last > 1 {
		return fmt.Errorf("%w: got first index %d, want at most %d", engines.ErrGap, first, x.Last+1)
	}
	return x.CheckCut(first)
}

// CheckReplace refuses entries that do not begin at from. No entries are fine.
func CheckReplace(from uint64, entries []engines.Entry) error {
	if len(entries) > 0 && entries[0].Index != from {
		return fmt.Errorf("%w: got first index %d, want %d", engines.ErrInvalid, entries[0].Index, from)
	}
	return nil
}

// CheckCut refuses to discard the log from an index on that was purged.
func (x Extent) CheckCut(from uint64) error {
	if from <= x.Boundary.Index {
		return fmt.Errorf("%w: got index %d, want above %d", engines.ErrCompacted, from, x.Boundary.Index)
	}
	return nil
}

// CheckFirst refuses a stored log that does not begin just after its boundary.
func (x Extent) CheckFirst(first uint64) error {
	if first != x.First() {
		return fmt.Errorf("%w: got first entry %d, want %d after the purge boundary", engines.ErrCorrupt, first, x.First())
	}
	return nil
}

// Clip returns the part of first..last that the log holds; ok is false if it holds
// none of it.
func (x Extent) Clip(first, last uint64) (clippedFirst, clippedLast uint64, ok bool) {
	first, last = max(first, x.First()), min(last, x.Last)
	return first, last, first <= last && !x.Empty()
}

// One makes what GetEntries returned for one index what Entry returns.
func One(found []engines.Entry, err error) (engines.Entry, bool, error) {
	if err != nil || len(found) == 0 {
		return engines.Entry{}, false, err
	}
	return found[0], true, nil
}
