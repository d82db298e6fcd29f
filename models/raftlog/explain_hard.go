package raftlog

import "github.com/ackproof/ackproof/models"

// hardState judges the hard state by itself.
func (x *diagnosis) hardState() []models.Violation {
	got := hardText(x.got.view.HardState, x.got.view.HasHardState)
	if x.hard == nil {
		return models.Broken(models.HardStateAtomic, nil, "the hard state after %s is %s, which was never saved", x.restart, got)
	}
	if x.hardLegal() {
		return nil
	}
	lost := x.state.hard
	for h := lost; h != x.hard; h = h.prev {
		if !h.refused {
			lost = h
		}
	}
	f := x.state.hardForces.earliest(lost.seq, 0, false)
	return surfaced(x.lostHard(lost, f, got), lost.masked, lost.call, f)
}

// lostHard says that lost, which f made durable, did not come back, but got.
func (x *diagnosis) lostHard(lost *hardVersion, f *force, got string) []models.Violation {
	p := models.HardStateDurable
	if f != nil && f.op.Kind == ending {
		p = models.CloseDurable
	}
	switch {
	case x.exactly || f == nil:
		return models.Broken(models.ReadsLinearizable, lost.cite(), "%s returned before %s, yet the hard state is %s", lost, x.restart, got)
	case durabilityOf(f.op) == models.RecoveredDurable:
		return models.Broken(models.RecoveredDurable, append(lost.cite(), f.cite()...), "%s was part of what %s showed, yet after %s the hard state is %s",
			lost, f, x.restart, got)
	case f.op.Reads():
		return models.Broken(models.ReadsDurable, append(lost.cite(), f.cite()...), "%s was shown by %s, which returned before %s, yet the hard state is %s",
			lost, f, x.restart, got)
	case f.call == lost.call:
		return models.Broken(models.HardStateDurable, lost.cite(), "%s returned before %s, yet the hard state is %s", lost, x.restart, got)
	}
	return models.Broken(p, append(lost.cite(), f.cite()...), "%s was made durable by %s, which returned before %s, yet the hard state is %s",
		lost, f, x.restart, got)
}

// order judges a legal log against the hard state beside it.
func (x *diagnosis) order() []models.Violation {
	if x.hard == nil || !x.demandsTermOrder() {
		return nil
	}
	var found *node
	for m := range x.each {
		top := m.top()
		if top == nil || x.hard.isSince(top.hard) {
			return nil
		}
		found = top
		for x.OverwriteKeepsTail && found.parent != nil && found.parent.hard == found.hard {
			found = found.parent // that on top may be old
		}
	}
	if found == nil || !x.OrderedHardState && x.got.view.HardState.Term >= found.entry.Term {
		return nil
	}
	return models.Broken(models.TermOrder, append(found.hard.cite(), found.maker.cite()...),
		"%s returned before %s was called, whose entry %s came back after %s, yet the hard state is %s",
		found.hard, found.maker, idText(found.entry.id()), x.restart, hardText(x.got.view.HardState, x.got.view.HasHardState))
}
