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
			return broken(m.liveProperty(states[0], c), cite(c.ID), "%s, which no order of the calls in flight explains", describeResult(c))
		}
	}
	return broken(ReadsLinearizable, nil, "no order of the calls in flight explains their results")
}

// blameCall explains why c cannot have had its result in s.
func (m spec) blameCall(s *specState, c *Call) []Violation {
	switch c.Op.Kind {
	case Reopen, Crash:
		if r := c.Result.Recovered; r != nil && !m.legal(s, r, c.Op.Kind) {
			return m.explain(s, r, c.Op.Kind)
		}
		return broken(OpensAfterCrash, cite(c.ID), "call %d %s showed nothing: %s", c.ID, &c.Op, c.Result.Err)
	case ReadEntry, ReadRange, ReadLastIndex, ReadHardState, ReadBoundary:
		return broken(m.liveProperty(s, c), cite(c.ID), "%s, yet the log was %s%s and the hard state %s", describeResult(c),
			logText(s.log.log), wanted(s, &c.Op), hardText(s.hard.value, s.hard.has))
	}
	if c.Result.Err != "" {
		return broken(m.liveProperty(s, c), cite(c.ID), "call %d %s was refused, though the log was %s: %s",
			c.ID, &c.Op, logText(s.log.log), c.Result.Err)
	}
	return broken(m.liveProperty(s, c), cite(c.ID), "call %d %s was accepted, though the log was %s", c.ID, &c.Op, logText(s.log.log))
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
