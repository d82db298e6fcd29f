package raftlog

import "github.com/ackproof/ackproof/models"

// Adopt returns the state after the legal recovery r: all that it showed is
// durable from now on (R7), unless the contract says otherwise. The call is what
// recovered, or has no ID.
func (m spec) Adopt(state models.SpecState, r *models.Recovered, c *models.Call) models.SpecState {
	s, view := state.(*specState), viewOf(r.View)
	x := m.search(s, view, c)
	found, ok := x.find()
	if !ok {
		panic("raftlog: adopting an illegal recovery")
	}
	next := *s
	next.recoveries++
	prev, prevHard := s.log, s.hard
	if m.RecoveryNeedsFlush && !m.Volatile {
		prev, next.floor = found.since(s)
		prevHard = x.hard
	}
	n := &version{
		prev: prev, seq: s.log.seq + 1, id: withView(s.log.id.With(uint64(c.ID)), view),
		call: c.ID, op: opOf(c), kept: found.last, counts: s.log.counts,
	}
	n.log = found.begin(m.Contract, view, n.seq)
	next.log = n
	next.hard = &hardVersion{
		prev: prevHard, seq: s.hard.seq + 1, id: withView(s.hard.id.With(uint64(c.ID)), view),
		value: view.HardState, has: view.HasHardState, call: c.ID, op: opOf(c),
	}
	next.doubt = s.doubt.ended(c.ID)
	if m.recoveryDurable() {
		next.raise(n, forceBy(c).withPurges())
		next.raiseHard(next.hard, forceBy(c))
	}
	return &next
}

// since returns the version of m and the floor of s, without what m has not. What refused
// calls may have left stays.
func (m match) since(s *specState) (newest, floor *version) {
	if s.doubt == nil {
		return m.left(m.version, s.floor)
	}
	floor = m.version
	for floor.prev != nil && floor.prev.seq >= s.floor.seq {
		floor = floor.prev
	}
	return m.version, floor
}

// left returns v, a version back from that of the match to the floor, and the floor,
// without what the match has not: nothing of that can come back. These are purges
// that were undone, and the end of a call that was cut short.
func (m match) left(v, floor *version) (left, newFloor *version) {
	undone := v.log.mark.seq > m.mark.seq
	cut := v == m.version && (v != floor || v.parts) && m.last < v.log.last()
	if !undone && !cut {
		return v, floor
	}
	out := *v
	if undone {
		out.log.mark = m.mark
	}
	if cut {
		out.log = out.log.cut(m.last)
		out.kept = min(out.kept, m.last)
	}
	if v == floor {
		return &out, &out
	}
	out.prev, newFloor = m.left(v.prev, floor)
	return &out, newFloor
}

// begin returns the log of a new life. No old purge can be undone in it, unless what
// it shows is not durable.
func (m match) begin(c Contract, v *View, seq int) logValue {
	if c.RecoveryNeedsFlush && !c.Volatile && (c.KeepsBoundary || m.top() != nil) {
		return logValue{mark: m.mark, top: m.version.log.top.ancestor(m.last)}
	}
	k := &mark{first: m.mark.first, boundary: m.mark.boundary, has: m.mark.has, base: m.mark.base, seq: seq}
	if c.KeepsBoundary || m.top() != nil {
		return logValue{mark: k, top: m.version.log.top.ancestor(m.last)}
	}
	*k = mark{first: v.LastIndex + 1, has: v.LastIndex > 0, seq: seq}
	return logValue{mark: k}
}
