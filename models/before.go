package models

import "slices"

// Before returns what the subject shows as the calls left it that had returned
// at p, durable or not. What the contract leaves open is said as shown says it.
func (k *Checker) Before(p Position, shown View) View {
	return k.spec.View(k.returned(p), shown)
}

// returned returns the state after the calls that had returned at p. If no order
// explains them alone, those in flight are done too.
func (k *Checker) returned(p Position) SpecState {
	at, end := k.pointAt(p)
	calls := k.calls.Until(at.time)
	calls = slices.DeleteFunc(calls, func(c Call) bool { return c.Returned == Pending })
	alone := advance(k.spec, k.points[0].base, calls)
	return append(append(alone.states, end.states...), at.base...)[0]
}
