package faultfs

// Ref names a state of a walk in a few bytes; [Space.StateOf] finds it again.
type Ref struct {
	point, choice int32
	stage         Stage
}

// Ref returns a short name of the state, good for the walk's space and plan.
func (c *Candidate) Ref() Ref { return Ref{int32(c.w.index), int32(c.choice), c.stage} }

// StateOf returns the state that a walk with the plan called ref.
func (s *Space) StateOf(plan Plan, ref Ref) CrashState {
	w := &walker{space: s, plan: plan.Resolved()}
	w.enter(int(ref.point))
	var state CrashState
	w.visit(ref.stage, int(ref.choice), func(c *Candidate) bool {
		state = c.State()
		return true
	})
	return state
}

// Sample returns one state at a crash point, drawn by seed.
func (s *Space) Sample(time int, seed uint64) CrashState {
	index := 0
	for i, p := range s.points {
		if int(p.time) <= time {
			index = i
		}
	}
	return s.StateOf(Plan{Seed: seed}, Ref{point: int32(index), stage: StageSample})
}
