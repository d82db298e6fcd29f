package models

import "fmt"

// spaceSpec adds to a specification what the subject's directory may take: it judges
// [Measure], and leaves all else to the subject's own. It judges growth and not size: a
// subject may preallocate, keep the most that it ever needed, and tidy up late.
type spaceSpec struct {
	Spec
	claimed bool
}

// spaceState is a subject's state, and what was measured so far, in earlier lives too.
type spaceState struct {
	SpecState
	// crashes counts those that the subject has been through.
	crashes int
	// most is the most that the subject held since the first measurement.
	most     Size
	measured measurements
}

func (m spaceSpec) Fresh() SpecState { return &spaceState{SpecState: m.Spec.Fresh()} }

// Same reports whether no call can tell s from other.
func (s *spaceState) Same(other SpecState) bool {
	o := other.(*spaceState)
	return s == o || s.SpecState.Same(o.SpecState) && s.most == o.most && len(s.measured) == len(o.measured)
}

// with returns s with the subject's state next.
func (s *spaceState) with(next SpecState, crashed bool) *spaceState {
	if next == s.SpecState && !crashed {
		return s
	}
	out := *s
	out.SpecState = next
	if crashed {
		out.crashes++
	}
	if len(s.measured) > 0 {
		out.most = s.most.Max(next.Held())
	}
	return &out
}

func (m spaceSpec) Step(of SpecState, c *Call) (SpecState, bool) {
	s := of.(*spaceState)
	if c.Op != Measure {
		next, ok := m.Spec.Step(s.SpecState, c)
		if !ok {
			return s, false
		}
		return s.with(next, c.Op == Crash && c.Returned != Pending), true
	}
	if c.Returned == Pending || s.IsCrowded() {
		return s, true
	}
	next := s.after(c)
	return next, !m.claimed || !next.measured.grows()
}

// after returns s with a measurement.
func (s *spaceState) after(c *Call) *spaceState {
	next := *s
	next.most = s.most.Max(s.Held())
	usage, ok := c.Result.Answer.(*Usage)
	if !ok {
		usage = &Usage{}
	}
	next.measured = append(s.measured[:len(s.measured):len(s.measured)], measurement{usage, next.most})
	return &next
}

func (m spaceSpec) Legal(s SpecState, r *Recovered, c *Call) bool {
	return m.Spec.Legal(s.(*spaceState).SpecState, r, c)
}

func (m spaceSpec) Adopt(of SpecState, r *Recovered, c *Call) SpecState {
	s := of.(*spaceState)
	return s.with(m.Spec.Adopt(s.SpecState, r, c), c.Op == Crash)
}

func (m spaceSpec) Explain(s SpecState, r *Recovered, c *Call) []Violation {
	return m.Spec.Explain(s.(*spaceState).SpecState, r, c)
}

func (m spaceSpec) Blame(of SpecState, c *Call, overlapped bool) []Violation {
	s := of.(*spaceState)
	if c.Op != Measure {
		return m.Spec.Blame(s.SpecState, c, overlapped)
	}
	return Broken(SpaceReclaimed, []int{c.ID}, "%s", s.after(c).measured.growth(s.crashes))
}

// Exercised has [SpaceReclaimed] once a measurement can be judged.
func (m spaceSpec) Exercised(of SpecState) PropertySet {
	s := of.(*spaceState)
	out := m.Spec.Exercised(s.SpecState)
	if s.measured.isJudged() {
		out = out.With(SpaceReclaimed)
	}
	return out
}

func (m spaceSpec) View(s SpecState, shown View) View {
	return m.Spec.View(s.(*spaceState).SpecState, shown)
}

// Line leaves a measurement where it is: there is none.
func (m spaceSpec) Line(calls []Call) bool {
	for i := range calls {
		if calls[i].Op == Measure {
			return false
		}
	}
	return m.Spec.Line(calls)
}

func (m spaceSpec) Describe(c *Call) string {
	if c.Op == Measure {
		return fmt.Sprintf("call %d %s gave %s", c.ID, c.Op, c.Op.AnswerText(c.Result.Answer))
	}
	return m.Spec.Describe(c)
}
