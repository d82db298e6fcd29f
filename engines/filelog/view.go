package filelog

import (
	"fmt"

	"github.com/ackproof/ackproof/engines"
)

// kind is what a frame does.
type kind uint32

const (
	// kindWrite discards the log from an index on, then appends.
	kindWrite kind = iota + 1
	kindPurge
	kindReset
)

// change is one change of the log on its way to a segment.
type change struct {
	kind kind
	// id is the first index of a write, or the cutoff of a purge.
	id      engines.LogID
	entries []engines.Entry
	// places are where the entries were written.
	places []place
	ticket uint64
}

// extent says which indexes a log holds.
type extent struct {
	boundary engines.LogID
	purged   bool
	last     uint64
}

// admit reports whether a log of extent x takes o, and whether o changes it.
func (x *extent) admit(o *change) (changes bool, err error) {
	switch o.kind {
	case kindPurge:
		return o.id.Index > x.boundary.Index, nil
	case kindReset:
		return x.purged || x.last > 0, nil
	}
	if o.id.Index <= x.boundary.Index {
		return false, fmt.Errorf("filelog: write at index %d, want past %d: %w", o.id.Index, x.boundary.Index, engines.ErrCompacted)
	}
	if len(o.entries) == 0 {
		return o.id.Index <= x.last, nil
	}
	if o.id.Index-1 > x.last {
		return false, fmt.Errorf("filelog: write at index %d, want at most %d: %w", o.id.Index, x.last+1, engines.ErrGap)
	}
	return true, nil
}

// advance makes x what it is after o.
func (x *extent) advance(o *change) {
	switch o.kind {
	case kindWrite:
		x.last = o.id.Index - 1 + uint64(len(o.entries))
	case kindPurge:
		x.boundary, x.purged = o.id, true
		x.last = max(x.last, o.id.Index)
	case kindReset:
		*x = extent{}
	}
}

// place is where an entry's record lies.
type place struct {
	term      uint64
	seq       uint64
	off, size uint32
}

// view is the log as readers see it.
type view struct {
	extent
	// at holds the places of the entries head+1..last. Head is the boundary's
	// index, or more while a log is replayed whose oldest segments are gone.
	head uint64
	at   []place
}

// apply makes v what it is after o.
func (v *view) apply(o *change) {
	switch o.kind {
	case kindWrite:
		v.discard(o.id.Index)
		v.at = append(v.at, o.places...)
		v.last = v.head + uint64(len(v.at))
	case kindPurge:
		v.purge(o.id)
	case kindReset:
		*v = view{}
	}
}

// discard drops the entries at and after from, which is past the boundary.
func (v *view) discard(from uint64) {
	if from <= v.head {
		v.head, v.at = from-1, v.at[:0]
	} else {
		v.at = v.at[:from-1-v.head]
	}
	v.last = from - 1
}

func (v *view) purge(cutoff engines.LogID) {
	v.boundary, v.purged = cutoff, true
	if cutoff.Index >= v.last {
		v.head, v.last, v.at = cutoff.Index, cutoff.Index, nil
	} else if cutoff.Index > v.head {
		v.at = v.at[cutoff.Index-v.head:]
		v.head = cutoff.Index
	}
}

// oldest returns the number of the first segment that v needs, given the last.
func (v *view) oldest(lastSeq uint64) uint64 {
	if len(v.at) > 0 {
		return v.at[0].seq
	}
	return lastSeq
}
