package models

// Key identifies everything of r that matters to a verdict: equal keys have
// equal verdicts at equal positions, up to chance of 2^-128.
func (r *Recovered) Key() Digest {
	s := sequence{oddA, oddB}.withView(&r.View)
	s = s.withFlag(r.Probe != nil)
	if r.Probe != nil {
		s = s.withEntry(r.Probe)
	}
	s = s.withFlag(r.Again != nil)
	if r.Again != nil {
		s = s.withView(r.Again)
	}
	s = s.withFlag(r.Failure != nil)
	if f := r.Failure; f != nil {
		s = s.with(uint64(f.Phase)).withText(f.Manner).withText(f.Text)
	}
	return Digest(s)
}

func (s sequence) withView(v *View) sequence {
	s = s.withFlag(v.HasBoundary).with(v.Boundary.Index).with(v.Boundary.Term)
	s = s.withFlag(v.HasHardState).with(v.HardState.Term).with(v.HardState.Vote)
	s = s.with(v.LastIndex).with(uint64(len(v.Entries)))
	for i := range v.Entries {
		s = s.withEntry(&v.Entries[i])
	}
	return s
}

func (s sequence) withEntry(e *Entry) sequence {
	w := e.weight()
	return s.with(w.Hi).with(w.Lo)
}

func (s sequence) withText(text string) sequence {
	s = s.with(uint64(len(text)))
	for i := range len(text) {
		s = s.with(uint64(text[i]))
	}
	return s
}

// Key identifies everything that v shows.
func (v View) Key() Digest { return (&Recovered{View: v}).Key() }
