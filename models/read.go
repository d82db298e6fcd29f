package models

import "slices"

// read returns the state after the reading call c, or false if c's result is not what s
// holds.
func (m spec) read(s *specState, c *Call) (*specState, bool) {
	switch {
	case c.Returned == Pending:
		return s, true
	case !m.reads(s, c):
		return s, false
	case !m.readsDurable():
		return s, true
	}
	next, f := *s, force{call: c.ID, op: &c.Op}
	if v, last := s.shownBy(c); v != nil {
		next.raiseTo(v, last, f)
	}
	if h := s.hardShownBy(c); h.seq > s.hardFloor.seq {
		next.tested = next.tested.With(ReadsDurable)
		next.raiseHard(h, f)
	}
	if next.forces == s.forces && next.hardForces == s.hardForces {
		return s, true
	}
	return &next, true
}

// shownBy returns the version from which on the log shows what c was shown, and the last
// index of that; nil if c was shown no entry, nor that there are some. To undo a truncate
// or a purge takes nothing away from who read.
func (s *specState) shownBy(c *Call) (v *version, last uint64) {
	shows := func(l logValue) bool { return !l.empty() && l.last() >= last }
	switch entries := c.Result.Entries; {
	case c.Op.Kind == ReadLastIndex && !s.log.log.empty():
		last = c.Result.LastIndex
	case len(entries) > 0:
		first := entries[0].Index
		last = entries[len(entries)-1].Index
		sum := s.log.log.sumBetween(first, last)
		shows = func(l logValue) bool {
			return l.mark.first <= first && l.last() >= last && l.sumBetween(first, last) == sum
		}
	}
	if last == 0 {
		return nil, 0
	}
	for v = s.log; v.seq > s.floor.seq && shows(v.prev.log); {
		v = v.prev
	}
	return v, last
}

// hardShownBy returns the version since which the hard state is what c was shown, the
// first of all if it was shown none.
func (s *specState) hardShownBy(c *Call) *hardVersion {
	h := s.hard
	shown := c.Op.Kind == ReadHardState && c.Result.OK
	for h.prev != nil && (!shown || h.prev.has && h.prev.value == h.value) {
		h = h.prev
	}
	return h
}

// reads reports whether the result of the reading call c is what s holds.
func (m spec) reads(s *specState, c *Call) bool {
	got, log := &c.Result, s.log.log
	if got.Err != "" {
		return false
	}
	switch c.Op.Kind {
	case ReadEntry:
		n := log.entry(c.Op.From)
		if n == nil {
			return !got.OK
		}
		return got.OK && len(got.Entries) == 1 && got.Entries[0] == n.entry
	case ReadRange:
		return log.holdsRange(c.Op.From, c.Op.To, got.Entries)
	case ReadLastIndex:
		return got.LastIndex == log.last()
	case ReadHardState:
		return got.OK == s.hard.has && (!got.OK || got.HardState == s.hard.value)
	case ReadBoundary:
		return !m.KeepsBoundary || got.OK == log.mark.has && (!got.OK || got.Boundary == log.mark.boundary)
	}
	return false
}

// holdsRange reports whether entries are those of l from first to last.
func (l logValue) holdsRange(first, last uint64, entries []Entry) bool {
	first, last = max(first, l.mark.first), min(last, l.last())
	if l.empty() || first > last {
		return len(entries) == 0
	}
	n := l.top.upTo(last)
	for _, e := range slices.Backward(entries) {
		if n == nil || n.entry != e || e.Index < first {
			return false
		}
		n = n.parent
	}
	return n == nil || n.entry.Index < first
}
