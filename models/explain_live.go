package models

import (
	"cmp"
	"fmt"
	"slices"
)

// blame returns why calls cannot have run as they did from any of states.
func (m spec) blame(states []*specState, calls History) []Violation {
	if len(calls) == 1 {
		return m.blameCall(states[0], &calls[0])
	}
	// The first return that no order explains is the one that contradicts.
	ends := slices.Clone(calls)
	slices.SortFunc(ends, func(a, b Call) int { return cmp.Compare(a.Returned, b.Returned) })
	for i := range ends {
		c := &ends[i]
		if c.Returned == Pending {
			continue
		}
		known := m.advance(states, calls.Until(c.Returned))
		if len(known.states) == 0 && !known.limited {
			s := m.without(states, calls.Until(c.Returned), c)
			return m.live(s, c, "%s, which no order of the calls in flight explains", describeResult(c))
		}
	}
	return broken(ReadsLinearizable, nil, "no order of the calls in flight explains their results")
}

// blameCall explains why c cannot have had its result in s.
func (m spec) blameCall(s *specState, c *Call) []Violation {
	switch c.Op.Kind {
	case Reopen, Crash:
		if r := c.Result.Recovered; r != nil && !m.legal(s, r, c) {
			return surfaced(m.explain(s, r, c), c.masksFault() && r.Failure == nil, c.ID, nil)
		}
		return broken(OpensAfterCrash, cite(c.ID), "call %d %s showed nothing: %s", c.ID, &c.Op, c.Result.Err)
	case ReadEntry, ReadRange, ReadLastIndex, ReadHardState, ReadBoundary:
		hard := s.hard.settled()
		return m.live(s, c, "%s, yet the log was %s%s and the hard state %s", describeResult(c),
			s.logsText(), wanted(s, &c.Op), hardText(hard.value, hard.has))
	}
	if c.Result.Err != "" {
		return m.live(s, c, "call %d %s was refused, though the log was %s: %s", c.ID, &c.Op, s.logsText(), c.Result.Err)
	}
	return m.live(s, c, "call %d %s was accepted, though the log was %s", c.ID, &c.Op, s.logsText())
}

// without returns a state after calls but for c.
func (m spec) without(states []*specState, calls History, c *Call) *specState {
	rest := slices.DeleteFunc(slices.Clone(calls), func(o Call) bool { return o.ID == c.ID })
	return append(m.advance(states, rest).states, states[0])[0]
}

// live returns the violation that c, with its result in s, is.
func (m spec) live(s *specState, c *Call, format string, args ...any) []Violation {
	if c.isBlocked() && m.ReadersNotBlocked {
		return broken(ReadersNotBlocked, cite(c.ID), "call %d %s did not return before an fsync was let go that was stuck: it waited for that", c.ID, &c.Op)
	}
	out := broken(m.liveProperty(s, c), cite(c.ID), format, args...)
	if !c.Op.Reads() || c.Result.Err != "" {
		return out
	}
	if c.Faulted {
		return surfaced(out, true, c.ID, nil)
	}
	call, masked := m.unseen(s, c)
	return surfaced(out, masked, call, nil)
}

// unseen returns the first call whose effect c, which reads, was not shown, and whether it
// succeeded though a fault fired in it.
func (m spec) unseen(s *specState, c *Call) (call int, masked bool) {
	if c.Op.Kind == ReadHardState {
		for h := s.hard; h.prev != nil; h = h.prev {
			if h.prev.reads(&c.Result) {
				return h.call, h.masked
			}
		}
	}
	for v := s.log; v.prev != nil; v = v.prev {
		if m.readsLog(v.prev.log, c) {
			return v.call, v.masked
		}
	}
	return 0, false
}

// liveProperty names the promise that c's result breaks.
func (m spec) liveProperty(s *specState, c *Call) Property {
	if c.Result.Err != "" && s.recoveries > 0 {
		return LiveAfterRecovery
	}
	return ReadsLinearizable
}

func wanted(s *specState, op *Op) string {
	switch op.Kind {
	case ReadEntry:
		if n := s.log.log.entry(op.From); n != nil {
			return fmt.Sprintf(" and held entry %s", idText(n.entry.id()))
		}
	case ReadBoundary:
		if s.log.log.mark.has {
			return fmt.Sprintf(", purged to %s,", idText(s.log.log.mark.boundary))
		}
		return ", never purged,"
	}
	return ""
}
