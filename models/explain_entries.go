package models

// known is every entry that any call wrote, and every two that were neighbours.
type known struct {
	entries map[Entry]*version
	pairs   map[[2]Entry]bool
	places  map[uint64][]Entry
}

func (x *inquest) known() known {
	k := known{map[Entry]*version{}, map[[2]Entry]bool{}, map[uint64][]Entry{}}
	for v := x.state.log; v != nil; v = v.prev {
		for n := v.log.top; n != nil && n.maker == v; n = n.parent {
			k.entries[n.entry] = v
			k.places[n.entry.Index] = append(k.places[n.entry.Index], n.entry)
			if n.parent != nil {
				k.pairs[[2]Entry{n.parent.entry, n.entry}] = true
			}
		}
	}
	return k
}

// splice finds a log of which every entry was written, and that never was one.
func (x *inquest) splice() []Violation {
	if x.got.empty() {
		return nil
	}
	k, entries := x.known(), x.got.view.Entries
	for _, e := range entries {
		if k.entries[e] == nil {
			return nil
		}
	}
	if found := x.inside(); found != nil {
		return found
	}
	for i := 1; i < len(entries); i++ {
		a, b := entries[i-1], entries[i]
		if k.pairs[[2]Entry{a, b}] {
			continue
		}
		old, new := k.entries[b], k.entries[a]
		return one(NoSplice, append(new.cite(), old.cite()...),
			"entry %s of %s is followed after %s by entry %s of %s, and no log ever held both",
			idText(a.id()), new, x.end, idText(b.id()), old)
	}
	first, last := entries[0], entries[len(entries)-1]
	return one(NoSplice, append(k.entries[first].cite(), k.entries[last].cite()...),
		"entry %s of %s and entry %s of %s are in one log after %s, and no log ever held both",
		idText(first.id()), k.entries[first], idText(last.id()), k.entries[last], x.end)
}

// inside finds a log that is part of a version and begins where none did.
func (x *inquest) inside() []Violation {
	for v := x.state.log; v != nil; v = v.prev {
		top := v.log.top.at(x.got.last)
		if top == nil {
			continue
		}
		var before Digest
		if n := top.at(x.got.first - 1); n != nil {
			before = n.sum
		} else if top.at(x.got.first) == nil {
			continue
		}
		if top.sum.Sub(before) != x.got.sum {
			continue
		}
		if x.KeepsBoundary {
			return one(PurgeBoundary, nil, "the purge boundary is %s after %s, to which no call purged this log",
				boundaryText(x.got.view), x.end)
		}
		return one(NoHole, nil, "the log begins at %d after %s, which no call purged to", x.got.first, x.end)
	}
	return nil
}

// invented is the answer when entries came back that nobody wrote.
func (x *inquest) invented() Violation {
	k := x.known()
	for _, e := range x.got.view.Entries {
		if k.entries[e] != nil {
			continue
		}
		for _, o := range k.places[e.Index] {
			if o.Term == e.Term {
				v := k.entries[o]
				return violation(Prefix, v.cite(), "entry %s came back after %s with %d bytes other than the %d that %s wrote",
					idText(e.id()), x.end, e.SizeBytes, o.SizeBytes, v)
			}
		}
		return violation(Prefix, nil, "entry %s came back after %s, and no call ever wrote it", idText(e.id()), x.end)
	}
	return violation(Prefix, nil, "no call ever left the log as it came back after %s: %s", x.end, x.came())
}

// hardState judges the hard state by itself.
func (x *inquest) hardState() []Violation {
	got := hardText(x.got.view.HardState, x.got.view.HasHardState)
	if x.hard == nil {
		return one(HardStateAtomic, nil, "the hard state is %s after %s, which was never saved", got, x.end)
	}
	if x.hardLegal() {
		return nil
	}
	lost := x.state.hard
	for lost.prev != x.hard {
		lost = lost.prev
	}
	f := x.state.hardForces.earliest(lost.seq, false)
	switch {
	case x.exactly || f == nil:
		return one(ReadsLinearizable, lost.cite(), "%s returned before %s, yet the hard state is %s", lost, x.end, got)
	case durabilityOf(f.op) == RecoveredDurable:
		return one(RecoveredDurable, append(lost.cite(), f.cite()...), "%s was part of what %s showed, yet after %s the hard state is %s",
			lost, f, x.end, got)
	case f.call == lost.call:
		return one(HardStateDurable, lost.cite(), "%s returned before %s, yet the hard state is %s", lost, x.end, got)
	}
	return one(HardStateDurable, append(lost.cite(), f.cite()...), "%s was made durable by %s, which returned before %s, yet the hard state is %s",
		lost, f, x.end, got)
}

// order judges a legal log against the hard state beside it.
func (x *inquest) order() []Violation {
	if x.hard == nil || !x.demandsTermOrder() {
		return nil
	}
	var found *node
	for m := range x.each {
		top := m.top()
		if top == nil || x.hard.seq >= top.hard.seq {
			return nil
		}
		found = top
	}
	if found == nil || !x.OrderedHardState && x.got.view.HardState.Term >= found.entry.Term {
		return nil
	}
	return one(TermOrder, append(found.hard.cite(), found.maker.cite()...),
		"%s returned before %s was called, whose entry %s came back after %s, yet the hard state is %s",
		found.hard, found.maker, idText(found.entry.id()), x.end, hardText(x.got.view.HardState, x.got.view.HasHardState))
}

func one(p Property, calls []int, format string, args ...any) []Violation {
	return []Violation{violation(p, calls, format, args...)}
}
