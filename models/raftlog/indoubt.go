package raftlog

import (
	"math"
	"slices"

	"github.com/ackproof/ackproof/models"
)

// perhaps returns the state after c, which was refused or is pending, and may have
// happened, in part as the claims allow, or not. It promises nothing.
func (m spec) perhaps(s *specState, c *models.Call) *specState {
	next := *s
	switch k := opOf(c).Kind; {
	case k == SaveHardState:
		next.hard = s.hard.next(c)
		next.hard.refused, next.hard.returned = true, never
	case k <= Reset:
		logs := slices.Clone(s.doubt.left(true))
		known := len(logs)
		for _, v := range s.newest() {
			for _, part := range m.partsOf(s, v, c) {
				logs = m.include(s.log, logs, part)
			}
		}
		if len(logs) == known {
			return s
		}
		next.doubt = s.doubt.next(c.ID, logs, nil)
		next.refused = slices.Concat(s.refused, logs[known:])
	default:
		return s
	}
	return &next
}

// partsOf returns what c may leave of v, which is what the log of s may be.
func (m spec) partsOf(s *specState, v *version, c *models.Call) (out []*version) {
	e, answer := m.plan(v.log, opOf(c))
	if answer == mustRefuse || e.nothing {
		return nil
	}
	hard := s.hard.returnedBefore(c.Invoked)
	partial := m.splits(v.log, c, e)
	if partial && e.keepsTail {
		for n := m.made(s.log, v, c, e, hard); n != s.log; n = n.prev {
			out = append(out, n)
		}
	} else {
		for n := range len(e.entries) + 1 {
			if part := e; partial || n == len(e.entries) {
				part.entries = e.entries[:n]
				out = append(out, s.log.next(v.log, c, part, hard, partial).madeOf(s.log, v))
			}
		}
	}
	// A crash may leave each until something after the newest version is durable.
	for _, n := range out {
		n.prev, n.seq, n.returned, n.masked, n.parts = s.log, s.log.seq, never, false, false
	}
	return out
}

// include returns logs with v, unless main or one of them covers it, and may be left as
// short as v. Of a raft-safe log it matters too how much calls may have discarded.
func (m spec) include(main *version, logs []*version, v *version) []*version {
	covers := func(o *version) bool {
		isAsShort := !v.parts || o.parts && o.kept <= v.kept
		return isAsShort && o.log.covers(v.log) && (!m.RaftSafe || o.keptSince(main) <= v.keptSince(main))
	}
	if covers(main) || slices.ContainsFunc(logs, covers) {
		return logs
	}
	return append(logs, v)
}

// writeInDoubt returns the state after c, which writes the log, if there are refused calls
// that may have happened, or if c is pending and may be refused yet.
func (m spec) writeInDoubt(s *specState, c *models.Call) (*specState, bool) {
	e, answer := m.plan(s.log.log, opOf(c))
	switch {
	case c.Refused():
		return s, m.refuses(s, c)
	case c.Returned == models.Pending, answer != mustRefuse && e.nothing:
		// What has nothing to do may have something to do with what was refused.
		return m.perhaps(s, c), true
	}
	return m.onAll(s, c)
}

// refuses reports whether c must or may be refused with one of the logs that there may be.
func (m spec) refuses(s *specState, c *models.Call) bool {
	for _, v := range s.newest() {
		if _, answer := m.plan(v.log, opOf(c)); answer != mustAccept {
			return true
		}
	}
	return false
}

// onAll returns the state after c, which succeeded, on each of the logs that there may be;
// false if none of them allows it. The first that does makes the newest version.
func (m spec) onAll(s *specState, c *models.Call) (*specState, bool) {
	next := *s
	next.log = nil
	hard := s.hard.returnedBefore(c.Invoked)
	older := slices.Clone(s.doubt.left(true))
	var logs []*version
	changed := false
	for _, v := range s.newest() {
		e, answer := m.plan(v.log, opOf(c))
		if answer == mustRefuse {
			continue
		}
		n := m.made(s.log, v, c, e, hard)
		if next.log == nil {
			next.log, changed = n, !e.nothing
			continue
		}
		for part := n.prev; part != s.log; part = part.prev {
			part.seq = s.log.seq
			older = append(older, part)
		}
		n.seq = next.log.seq
		logs = m.include(next.log, logs, n)
	}
	if next.log == nil {
		return s, false
	}
	next.doubt = s.doubt.next(c.ID, logs, older)
	if changed {
		m.acknowledge(&next, c)
	}
	return &next, true
}

// made returns the version that e, by c, makes of v. It follows main.
func (m spec) made(main, v *version, c *models.Call, e edit, hard *hardVersion) *version {
	if !e.nothing {
		return m.after(main, v.log, c, e, hard).madeOf(main, v)
	}
	n := *v
	n.prev, n.seq, n.id, n.returned = main, main.seq+1, main.id.With(uint64(c.ID)), returnTime(c)
	n.kept, n.parts = math.MaxUint64, false
	return n.madeOf(main, v)
}

// madeOf notes that n, and what is between it and main, were made of v.
func (n *version) madeOf(main, v *version) *version {
	for part := n; v != main && part != main; part = part.prev {
		if part.on = part.prev; part.prev == main {
			part.on = v
		}
	}
	return n
}
