package keyed

import (
	"math"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/extent"
)

// change is what one call does to the log: one batch, and the extent after it.
type change struct {
	Batch
	after extent.Extent
}

// persist plans a write of entries.
func persist(x extent.Extent, entries []engines.Entry) (change, error) {
	if err := x.CheckWrite(entries); err != nil || len(entries) == 0 {
		return change{after: x}, err
	}
	c, err := truncate(x, entries[0].Index)
	c.Put, c.Empties, c.after.Last = entries, false, entries[len(entries)-1].Index
	return c, err
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
	c.DiscardFirst, c.DiscardLast, c.after.Last = from, x.Last, from-1
	c.Empties = c.after.Empty()
	return c, nil
}

// purge removes the entries and sets the boundary in one batch: entries gone with
// the boundary lost would leave a log that begins nowhere.
func purge(x extent.Extent, cutoff engines.LogID, boundaryKey []byte) change {
	c := change{after: x}
	if cutoff.Index <= x.Boundary.Index {
		return c
	}
	c.after = x.Purged(cutoff)
	c.DiscardFirst, c.DiscardLast, c.Empties = x.First(), cutoff.Index, c.after.Empty()
	c.Key, c.Value = boundaryKey, encodePair(cutoff.Index, cutoff.Term)
	return c
}

// reset plans to discard whatever may be stored.
func reset(boundaryKey []byte) change {
	return change{Batch: Batch{DiscardLast: math.MaxUint64, Empties: true, Key: boundaryKey}}
}
