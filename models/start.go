package models

// State is where a life of an engine begins: all that an earlier life left. It
// is immutable, and holds on to the recovery that it came from, which must not
// be changed. The zero value is a new engine's.
type State struct {
	state *specState
	// recovered is what the engine then showed; nil for nothing.
	recovered *Recovered
}

// Fresh returns the state of a new engine under c.
func Fresh(Contract) State { return State{state: fresh()} }

var crashOp = Op{Kind: Crash}

// resolve adopts what was shown. It is done here so that judging a recovery
// that nobody goes on from builds nothing.
func (s State) resolve(m spec) *specState {
	switch {
	case s.state == nil:
		return fresh()
	case s.recovered == nil:
		return s.state
	}
	return m.adopt(s.state, s.recovered, &Call{Op: crashOp})
}

// adopt returns the state after the legal recovery r: all that it showed is
// durable from now on (R7), unless nothing ever is. The call is what recovered,
// or has no ID.
func (m spec) adopt(s *specState, r *Recovered, c *Call) *specState {
	x := m.search(s, &r.View, c.Op.Kind)
	found, ok := x.find()
	if !ok {
		panic("models: adopting an illegal recovery")
	}
	next := *s
	next.recoveries++
	n := &version{
		prev: s.log, seq: s.log.seq + 1, id: s.log.id.with(uint64(c.ID)).withView(&r.View),
		call: c.ID, op: &c.Op, counts: s.log.counts,
	}
	n.log = found.begin(m.Contract, &r.View, n.seq)
	next.log = n
	next.hard = &hardVersion{
		prev: s.hard, seq: s.hard.seq + 1, id: s.hard.id.with(uint64(c.ID)).withView(&r.View),
		value: r.View.HardState, has: r.View.HasHardState, call: c.ID, op: &c.Op,
	}
	if !m.Volatile {
		next.raise(n, force{call: c.ID, op: &c.Op, purges: true})
		next.raiseHard(next.hard, force{call: c.ID, op: &c.Op})
	}
	return &next
}

// begin returns the log of a new life, in which no old purge can be undone.
func (m match) begin(c Contract, v *View, seq int) logValue {
	k := &mark{first: m.mark.first, boundary: m.mark.boundary, has: m.mark.has, base: m.mark.base, seq: seq}
	if c.KeepsBoundary || m.top() != nil {
		return logValue{mark: k, top: m.version.log.top.ancestor(m.last)}
	}
	*k = mark{first: v.LastIndex + 1, has: v.LastIndex > 0, seq: seq}
	return logValue{mark: k}
}
