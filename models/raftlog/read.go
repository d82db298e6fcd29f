package raftlog

import (
	"slices"

	"github.com/ackproof/ackproof/models"
)

// read returns the state after the reading call c, or false if c's result is not what s
// holds.
func (m spec) read(s *specState, c *models.Call) (*specState, bool) {
	switch {
	case c.Returned == models.Pending:
		return s, true
	case c.IsBlocked() && m.ReadersNotBlocked, !m.reads(s, c):
		return s, false
	case opOf(c).Kind == ReadDurableIndex:
		return m.indexed(s, c), true
	case !m.readsDurable() || opOf(c).Kind == ReadLastIndex && (c.Faulted || c.AfterFault):
		return s, true // a last index cannot be refused
	}
	next, f := *s, forceBy(c)
	if v, last := s.shownBy(c); v != nil && (s.doubt == nil || m.readsLog(s.log.log, c)) {
		next.raiseTo(v, last, f)
	}
	if h := s.hardShownBy(c); h.seq > s.hardFloor.seq {
		next.tested = next.tested.With(models.ReadsDurable)
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
func (s *specState) shownBy(c *models.Call) (v *version, last uint64) {
	switch entries := AnswerOf(c).Entries; {
	case opOf(c).Kind == ReadLastIndex && !s.log.log.empty():
		last = AnswerOf(c).LastIndex
		shows := func(l logValue) bool { return !l.empty() && l.last() >= last }
		for v = s.log; v.seq > s.floor.seq && shows(v.prev.log); {
			v = v.prev
		}
		return v, last
	case len(entries) > 0:
		last = entries[len(entries)-1].Index
		return s.holdingSince(entries[0].Index, last), last
	}
	return nil, 0
}

// hardShownBy returns the version since which the hard state is what c was shown, the
// first of all if it was shown none. A save that was refused need not survive.
func (s *specState) hardShownBy(c *models.Call) *hardVersion {
	h := s.hard.settled()
	shown := opOf(c).Kind == ReadHardState && AnswerOf(c).OK
	if shown && h != s.hard && h.value != AnswerOf(c).HardState {
		return s.hardFloor
	}
	for h.prev != nil && (!shown || h.prev.has && h.prev.value == h.value) {
		h = h.prev
	}
	return h
}

// reads reports whether the result of the reading call c is what s holds. Where calls
// were refused that may have happened, a read may show what they did, or not, each time.
func (m spec) reads(s *specState, c *models.Call) bool {
	switch {
	case c.Result.Err != "":
		return false
	case opOf(c).Kind == ReadHardState:
		return s.hard.reads(AnswerOf(c))
	case m.readsLog(s.log.log, c):
		return true
	}
	return slices.ContainsFunc(s.doubt.left(true), func(v *version) bool { return m.readsLog(v.log, c) })
}

// reads reports whether got is h, or a hard state before it if what is since was refused.
func (h *hardVersion) reads(got *Answer) bool {
	for ; ; h = h.prev {
		if got.OK == h.has && (!got.OK || got.HardState == h.value) {
			return true
		}
		if !h.refused {
			return false
		}
	}
}

// readsLog reports whether the result of c, which reads the log, is what log holds.
func (m spec) readsLog(log logValue, c *models.Call) bool {
	switch got := AnswerOf(c); opOf(c).Kind {
	case ReadEntry:
		n := log.entry(opOf(c).From)
		if n == nil {
			return !got.OK
		}
		return got.OK && len(got.Entries) == 1 && got.Entries[0] == n.entry
	case ReadRange:
		return log.holdsRange(opOf(c).From, opOf(c).To, got.Entries)
	case ReadLastIndex:
		return got.LastIndex == log.last()
	case ReadDurableIndex:
		return got.DurableIndex <= log.last()
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
