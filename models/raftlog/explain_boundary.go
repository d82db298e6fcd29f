package raftlog

import "github.com/ackproof/ackproof/models"

// wrongBoundary finds a legal log that begins elsewhere: the entries came back and
// the boundary did not.
func (x *diagnosis) wrongBoundary() []models.Violation {
	if !x.KeepsBoundary {
		return nil
	}
	blind := x.search
	blind.KeepsBoundary = false
	for m := range blind.each {
		if x.isOld() {
			return nil
		}
		return x.boundaryWas(m)
	}
	if !x.got.empty() || x.isOld() {
		return nil
	}
	// An empty log shows where it begins by its boundary alone.
	for v := x.state.log; ; v = v.prev {
		if v.log.empty() {
			return x.boundaryWas(match{version: v, mark: v.log.mark})
		}
		if v == x.floor() {
			return nil
		}
	}
}

// isOld reports whether a whole old version came back, with a boundary of its own.
func (x *diagnosis) isOld() bool {
	for v := x.state.log; v != nil && x.got.view.HasBoundary; v = v.prev {
		if _, ok := x.matches(v, v.log.mark, v.log.last(), &x.got); ok {
			return true
		}
	}
	return false
}

func (x *diagnosis) boundaryWas(m match) []models.Violation {
	want := "none"
	if m.mark.has {
		want = idText(m.mark.boundary)
	}
	var calls []int
	cause := ""
	v := x.versionOf(m.mark.seq)
	if v != nil && v.op != nil && m.mark.has && v.log.mark == m.mark {
		cause, calls = ", by "+v.String(), v.cite()
	}
	out := models.Broken(models.PurgeBoundary, calls, "the purge boundary was %s%s, yet after %s it is %s", want, cause, x.restart, boundaryText(x.got.view))
	if cause == "" {
		return out
	}
	return surfaced(out, v.masked, v.call, nil)
}
