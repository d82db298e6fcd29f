package models

// Key identifies everything of r that matters to a verdict: equal keys have
// equal verdicts at equal positions, up to chance of 2^-128.
func (r *Recovered) Key() Digest {
	d := Digest{oddA, oddB}.withView(&r.View)
	d = d.withFlag(r.Probe != nil)
	if r.Probe != nil {
		d = d.withEntry(r.Probe)
	}
	d = d.withFlag(r.Again != nil)
	if r.Again != nil {
		d = d.withView(r.Again)
	}
	d = d.withFlag(r.Failure != nil)
	if f := r.Failure; f != nil {
		d = d.with(uint64(f.Phase)).withText(f.Manner).withText(f.Text)
	}
	return d
}

func (d Digest) withView(v *View) Digest {
	d = d.withFlag(v.HasBoundary).with(v.Boundary.Index).with(v.Boundary.Term)
	d = d.withFlag(v.HasHardState).with(v.HardState.Term).with(v.HardState.Vote)
	d = d.with(v.LastIndex).with(uint64(len(v.Entries)))
	for i := range v.Entries {
		d = d.withEntry(&v.Entries[i])
	}
	return d
}

func (d Digest) withEntry(e *Entry) Digest {
	w := e.weight()
	return d.with(w.Hi).with(w.Lo)
}

func (d Digest) withText(s string) Digest {
	d = d.with(uint64(len(s)))
	for i := range len(s) {
		d = d.with(uint64(s[i]))
	}
	return d
}
