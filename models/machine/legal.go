package machine

import (
	"slices"

	"github.com/ackproof/ackproof/models"
)

// search is what may have come back.
type search struct {
	spec
	view *View
	got  state
	// isSound is set if the view agrees with itself.
	isSound bool
	// exactly demands the newest version, as after a clean reopen.
	exactly bool
}

// search returns what may have come back as v by c, which opened the machine.
func (m spec) search(v models.View, c *models.Call) search {
	x := search{spec: m, view: viewOf(v), exactly: c.IsCleanReopen() && !m.Volatile}
	inOrder := false
	x.got, inOrder = x.view.state()
	x.isSound = inOrder && x.view.Term == x.view.LastApplied.Term
	return x
}

// floors returns the oldest versions whose data and metadata may come back of w.
func (x *search) floors(w *world) (data, meta *version) {
	if x.exactly {
		return w.now, w.now
	}
	return w.data, w.meta
}

// find returns the newest versions of w whose data and metadata came back; ok is false if
// that is not legal. They are of one era: a crash leaves no restore in half.
func (x *search) find(w *world) (data, meta *version, ok bool) {
	dataFloor, metaFloor := x.floors(w)
	for data = w.now; data.isAfter(dataFloor); data = data.prev {
		if !data.state.data.isSame(x.got.data) {
			continue
		}
		for meta = w.now; meta.isAfter(metaFloor); meta = meta.prev {
			if meta.era == data.era && meta.state.meta.mayShow(x.got.meta) {
				return data, meta, true
			}
		}
	}
	return nil, nil, false
}

// isLegal reports whether what came back is legal in w.
func (x *search) isLegal(w *world) bool {
	_, _, ok := x.find(w)
	return ok && x.isSound && !slices.ContainsFunc(w.files, func(f *file) bool { return !f.mayShow(x.view, x.exactly) })
}

// Legal reports whether r may come of s by c.
func (m spec) Legal(state models.SpecState, r *models.Recovered, c *models.Call) bool {
	if r.Failure != nil || !m.repeats(r) {
		return false
	}
	x := m.search(r.View, c)
	return slices.ContainsFunc(state.(*specState).worlds, x.isLegal)
}

// repeats reports whether a second open showed what the first did, and the probe.
func (m spec) repeats(r *models.Recovered) bool {
	if r.Again == nil || m.Volatile {
		return true
	}
	want := models.View(viewOf(r.View))
	if r.Probe != nil {
		want = r.Probe.After(want)
	}
	return viewOf(r.Again).Key() == want.Key()
}
