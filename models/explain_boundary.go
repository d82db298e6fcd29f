package models

// knownEnd returns last if an empty log without a boundary may say it.
func (x *inquest) knownEnd(last uint64) uint64 {
	if last == 0 || x.someMark(func(k *mark) bool { return k.first-1 == last }) != nil {
		return last
	}
	return 0
}

// someMark returns the newest version that begins, or once began, at a mark that
// ok accepts.
func (x *inquest) someMark(ok func(*mark) bool) *version {
	for v := x.state.log; v != nil; v = v.prev {
		for k := v.log.mark; k != nil; k = k.prev {
			if ok(k) {
				return v
			}
		}
	}
	return nil
}

// head judges where the log begins against the boundary that it shows.
func (x *inquest) head() []Violation {
	v, want := x.got.view, uint64(1)
	if x.got.empty() {
		return nil
	}
	if x.KeepsBoundary && v.HasBoundary {
		want = v.Boundary.Index + 1
	}
	switch got := x.got.first; {
	case got > want:
		purge := x.someMark(func(k *mark) bool { return k.first >= got })
		switch {
		case purge == nil:
			return one(NoHole, nil, "the log begins at %d after %s, and %d-%d are missing, which no call purged", got, x.end, want, got-1)
		case x.KeepsBoundary:
			return one(PurgeBoundary, nil, "the log begins at %d after %s, yet the purge boundary is %s", got, x.end, boundaryText(v))
		}
	case got < want && x.KeepsBoundary:
		return one(PurgeBoundary, nil, "the log begins at %d after %s, though its purge boundary is %s", got, x.end, boundaryText(v))
	}
	return nil
}

// beginning finds a legal log that begins elsewhere: the entries came back and
// the boundary did not.
func (x *inquest) beginning() []Violation {
	if !x.KeepsBoundary {
		return nil
	}
	blind := x.search
	blind.KeepsBoundary = false
	for m := range blind.each {
		if x.isOld() {
			return nil
		}
		return x.wrongBoundary(m)
	}
	if !x.got.empty() || x.isOld() {
		return nil
	}
	// An empty log shows where it begins by its boundary alone.
	for v := x.state.log; ; v = v.prev {
		if v.log.empty() {
			return x.wrongBoundary(match{version: v, mark: v.log.mark})
		}
		if v == x.floor() {
			return nil
		}
	}
}

// isOld tells whether a whole old version came back, with a boundary of its own.
func (x *inquest) isOld() bool {
	for v := x.state.log; v != nil && x.got.view.HasBoundary; v = v.prev {
		if _, ok := x.matches(v, v.log.mark, v.log.last(), &x.got); ok {
			return true
		}
	}
	return false
}

func (x *inquest) wrongBoundary(m match) []Violation {
	want := "none"
	if m.mark.has {
		want = idText(m.mark.boundary)
	}
	var calls []int
	cause := ""
	if v := x.made(m.mark.seq); v != nil && v.op != nil && m.mark.has {
		cause, calls = ", by "+v.String(), v.cite()
	}
	return one(PurgeBoundary, calls, "the purge boundary was %s%s, yet after %s it is %s", want, cause, x.end, boundaryText(x.got.view))
}
