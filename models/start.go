package models

// State is where a life of an engine begins: all that an earlier life left. It
// is immutable, and holds on to the recovery that it came from, which must not
// be changed. The zero value is a new engine's.
type State struct {
	state SpecState
	// recovered is what the engine then showed; nil for nothing.
	recovered *Recovered
}

// Fresh returns the state of a new engine under c.
func Fresh(c Contract) State { return State{state: specOf(c).Fresh()} }

// aCrash ends a life and is no call of it.
var aCrash = Call{Op: Crash}

// resolve adopts what was shown. It is done here so that judging a recovery
// that nobody goes on from builds nothing.
func (s State) resolve(m Spec) SpecState {
	switch {
	case s.state == nil:
		return m.Fresh()
	case s.recovered == nil:
		return s.state
	}
	return m.Adopt(s.state, s.recovered, &aCrash)
}
