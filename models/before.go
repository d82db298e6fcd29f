package models

import "slices"

// Before returns the log and hard state as the calls left them that had returned
// at p, durable or not. What the contract leaves open is said as shown says it:
// the boundary of an engine that keeps none, and the last index of an empty log.
func (k *Checker) Before(p Position, shown View) View {
	return k.spec.view(k.returned(p), &shown)
}

// returned returns the state after the calls that had returned at p. If no order
// explains them alone, those in flight are done too.
func (k *Checker) returned(p Position) *specState {
	at, end := k.pointAt(p)
	calls := k.calls.Until(at.time)
	calls = slices.DeleteFunc(calls, func(c Call) bool { return c.Returned == Pending })
	alone := k.spec.advance(k.points[0].base, calls)
	return append(append(alone.states, end.states...), at.base...)[0]
}

func (m spec) view(s *specState, shown *View) View {
	log := s.log.log
	v := View{
		Boundary: log.mark.boundary, HasBoundary: log.mark.has, LastIndex: log.last(),
		HardState: s.hard.value, HasHardState: s.hard.has,
	}
	for n := log.entry(log.last()); n != nil && n.entry.Index >= log.mark.first; n = n.parent {
		v.Entries = append(v.Entries, n.entry)
	}
	slices.Reverse(v.Entries)
	if !m.KeepsBoundary {
		v.Boundary, v.HasBoundary = shown.Boundary, shown.HasBoundary
	}
	if log.empty() && len(shown.Entries) == 0 && m.emptyEndsAt(shown.LastIndex, log.mark) {
		v.LastIndex = shown.LastIndex
	}
	return v
}
