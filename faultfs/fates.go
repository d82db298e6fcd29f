package faultfs

import "slices"

// Lost returns the pending effects that a state loses, in ascending order. The
// slice is the caller's.
func (s *Space) Lost(c CrashState) []EffectID {
	p, _ := s.pointAt(c.Point)
	return slices.Clone(s.lost(p, c))
}

// Losing returns the state at c's point, with c's fill, that loses the given
// effects and no other, and tells whether it is one of the space's. Torn sectors
// stay torn if they are still lost.
func (s *Space) Losing(c CrashState, lost []EffectID) (CrashState, bool) {
	out := CrashState{Point: c.Point, Except: slices.Clone(lost), Fill: c.Fill}
	for _, t := range c.Torn {
		if slices.Contains(lost, t.Effect) {
			out.Torn = append(out.Torn, t)
		}
	}
	return out, s.Check(out) == nil
}

// Needs returns the effects that must be durable before the given one is, as far
// as they were pending when it was made.
func (s *Space) Needs(id EffectID) []EffectID {
	e := s.effects[id]
	return slices.Clone(s.needs[e.needs.from:e.needs.to])
}
