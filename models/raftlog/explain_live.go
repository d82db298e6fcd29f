package raftlog

import (
	"fmt"

	"github.com/ackproof/ackproof/models"
)

// Blame explains why c cannot have had its result in state.
func (m spec) Blame(state models.SpecState, c *models.Call, overlapped bool) []models.Violation {
	s := state.(*specState)
	if overlapped {
		return m.live(s, c, "%s, which no order of the calls in flight explains", m.Describe(c))
	}
	switch opOf(c).Kind {
	case reopen, crash:
		if r := c.Result.Recovered; r != nil && !m.Legal(s, r, c) {
			return surfaced(m.Explain(s, r, c), c.MasksFault() && r.Failure == nil, c.ID, nil)
		}
		return models.Broken(models.OpensAfterCrash, cite(c.ID), "call %d %s showed nothing: %s", c.ID, opOf(c), c.Result.Err)
	case ReadEntry, ReadRange, ReadLastIndex, ReadHardState, ReadBoundary, ReadDurableIndex:
		hard := s.hard.settled()
		return m.live(s, c, "%s, yet the log was %s%s and the hard state %s", m.Describe(c),
			s.logsText(), wanted(s, opOf(c)), hardText(hard.value, hard.has))
	}
	if c.Result.Err != "" {
		return m.live(s, c, "call %d %s was refused, though the log was %s: %s", c.ID, opOf(c), s.logsText(), c.Result.Err)
	}
	return m.live(s, c, "call %d %s was accepted, though the log was %s", c.ID, opOf(c), s.logsText())
}

// live returns the violation that c, with its result in s, is.
func (m spec) live(s *specState, c *models.Call, format string, args ...any) []models.Violation {
	if c.IsBlocked() && m.ReadersNotBlocked {
		return models.Broken(models.ReadersNotBlocked, cite(c.ID), "call %d %s did not return before an fsync was let go that was stuck: it waited for that", c.ID, opOf(c))
	}
	out := models.Broken(m.liveProperty(s, c), cite(c.ID), format, args...)
	if !opOf(c).Reads() || c.Result.Err != "" {
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
func (m spec) unseen(s *specState, c *models.Call) (call int, masked bool) {
	if opOf(c).Kind == ReadHardState {
		for h := s.hard; h.prev != nil; h = h.prev {
			if h.prev.reads(AnswerOf(c)) {
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
func (m spec) liveProperty(s *specState, c *models.Call) models.Property {
	switch {
	case c.Result.Err != "" && s.recoveries > 0:
		return models.LiveAfterRecovery
	case c.Result.Err == "" && opOf(c).Kind == ReadDurableIndex && !m.Volatile:
		return models.DurableIndexHonest
	}
	return models.ReadsLinearizable
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
