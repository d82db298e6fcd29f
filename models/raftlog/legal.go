package raftlog

import (
	"math"
	"slices"

	"github.com/ackproof/ackproof/models"
)

// search is what may have come back.
type search struct {
	spec
	state *specState
	got   shown
	// hard is the newest hard state with the value that came back; nil if none
	// was ever saved.
	hard *hardVersion
	// safe is the last index that a raft-safe log must reach.
	safe uint64
	// exactly demands the newest version, as after a clean reopen.
	exactly bool
}

// search returns what may have come back as v by c, which opened the engine.
func (m spec) search(s *specState, v *View, c *models.Call) search {
	x := search{spec: m, state: s, got: m.summarize(v), exactly: c.IsCleanReopen() && !m.Volatile}
	x.hard = s.hard.newest(v)
	x.safe = math.MaxUint64
	if m.RaftSafe && !x.exactly {
		x.safe = s.mustReach()
	}
	return x
}

// newest returns the newest version from h back that has the hard state of v.
func (h *hardVersion) newest(v *View) *hardVersion {
	for ; h != nil; h = h.prev {
		if h.has == v.HasHardState && (!h.has || h.value == v.HardState) {
			return h
		}
	}
	return nil
}

// mustReach returns the last entry that is durable and that no call since has
// overwritten or discarded, nor may have.
func (s *specState) mustReach() uint64 {
	reach := min(s.floor.log.last(), s.reach)
	for v := s.log; v != s.floor; v = v.prev {
		reach = min(reach, v.keptSince(s.floor))
	}
	for _, v := range s.doubt.left(false) {
		reach = min(reach, v.keptSince(s.floor))
	}
	return reach
}

func (x *search) floor() *version {
	if x.exactly {
		return x.state.log
	}
	return x.state.floor
}

// lowest returns the last index at which v may have been left.
func (x *search) lowest(v *version) uint64 {
	lowest := v.log.last()
	switch {
	case !v.parts:
	case v.seq > x.floor().seq:
		lowest = v.kept
	case !x.exactly:
		lowest = max(v.kept, min(lowest, x.state.reach))
	}
	return min(lowest, x.safe)
}

// undoable reports whether a crash may undo the purge that made k, alone.
func (x *search) undoable(k *mark) bool {
	return k.prev != nil && k.seq > x.state.purged && !x.exactly
}

// each calls yield with the legal matches until it returns false.
func (x *search) each(yield func(match) bool) {
	floor := x.floor()
	for v := x.state.log; ; v = v.prev {
		if !x.eachOf(v, yield) {
			return
		}
		if v == floor {
			break
		}
	}
	for _, v := range x.state.doubt.left(x.exactly) {
		if !x.eachOf(v, yield) {
			return
		}
	}
}

// eachOf calls yield with the legal matches of v. It reports whether to go on.
func (x *search) eachOf(v *version, yield func(match) bool) bool {
	lowest := x.lowest(v)
	for k := v.log.mark; ; k = k.prev {
		found, ok := x.matches(v, k, lowest, &x.got)
		if ok && x.wholeBatch(found) && !yield(found) {
			return false
		}
		if !x.undoable(k) {
			return true
		}
	}
}

// wholeBatch reports whether a raft-safe log ends where no atomic call is cut.
func (x *search) wholeBatch(found match) bool {
	if !x.RaftSafe || found.last == found.version.log.last() {
		return true
	}
	end, after := found.top(), found.after()
	return end == nil || after == nil || end.maker != after.maker || !end.maker.atomic
}

// find returns a legal match that is in order with the hard state.
func (x *search) find() (found match, ok bool) {
	if !x.got.inOrder || !x.got.endsRight() || !x.hardLegal() {
		return found, false
	}
	for m := range x.each {
		if x.ordered(m) {
			return m, true
		}
	}
	return found, false
}

func (x *search) hardLegal() bool {
	if x.hard == nil {
		return false
	}
	if x.exactly {
		return x.hard.seq >= x.state.hard.settled().seq
	}
	return x.hard.seq >= x.state.hardFloor.seq
}

// ordered reports whether the hard state is no older than the log. The nodes of a
// log are made in its order, so the newest entry speaks for all.
func (x *search) ordered(found match) bool {
	if !x.OrderedHardState || x.Volatile {
		return true
	}
	top := found.top()
	return top == nil || x.hard.isSince(top.hard)
}

// isSince reports whether h is o or came after it, and no recovery in between showed that o
// was lost.
func (h *hardVersion) isSince(o *hardVersion) bool {
	for h != nil && h.seq > o.seq {
		h = h.prev
	}
	return h == o
}

// Legal reports whether r may come of s by c.
func (m spec) Legal(state models.SpecState, r *models.Recovered, c *models.Call) bool {
	s := state.(*specState)
	if r.Failure != nil || !m.repeats(r) {
		return false
	}
	x := m.search(s, viewOf(r.View), c)
	_, ok := x.find()
	return ok
}

// repeats reports whether a second open showed what the first did, and the probe.
func (m spec) repeats(r *models.Recovered) bool {
	if r.Again == nil || m.Volatile {
		return true
	}
	again, view := viewOf(r.Again), viewOf(r.View)
	if again.HasHardState != view.HasHardState || again.HardState != view.HardState {
		return false
	}
	if m.KeepsBoundary && (again.HasBoundary != view.HasBoundary || again.Boundary != view.Boundary) {
		return false
	}
	if !sameEntries(again.Entries, view.Entries, probed(r)) {
		return false
	}
	if n := len(again.Entries); n > 0 {
		return again.LastIndex == again.Entries[n-1].Index
	}
	return again.LastIndex == view.LastIndex || again.LastIndex == 0 && !m.KeepsBoundary
}

// probed returns the entry that was appended after the first read; nil if none was.
func probed(r *models.Recovered) *Entry {
	if p, ok := r.Probe.(*Probe); ok {
		return &p.Entry
	}
	return nil
}

func sameEntries(got, want []Entry, more *Entry) bool {
	if more != nil {
		if len(got) == 0 || got[len(got)-1] != *more {
			return false
		}
		got = got[:len(got)-1]
	}
	return slices.Equal(got, want)
}
