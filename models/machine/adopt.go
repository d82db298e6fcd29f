package machine

import (
	"slices"

	"github.com/ackproof/ackproof/models"
)

// Adopt returns the state after the legal recovery r: all that it showed is durable from
// now on, unless the contract says otherwise.
func (m spec) Adopt(state models.SpecState, r *models.Recovered, c *models.Call) models.SpecState {
	s := *state.(*specState)
	x := m.search(r.View, c)
	var worlds []*world
	for _, w := range s.worlds {
		if x.isLegal(w) {
			worlds = append(worlds, x.adopt(w, c))
		}
	}
	if len(worlds) == 0 {
		panic("machine: adopting an illegal recovery")
	}
	s.recoveries++
	return s.among(worlds)
}

// adopt returns w after the recovery by c.
func (x *search) adopt(w *world, c *models.Call) *world {
	data, meta, _ := x.find(w)
	next := *w
	if x.RecoveryNeedsFlush && !x.Volatile {
		next = *w.upTo(data, meta)
	}
	by := causeOf(c)
	next.now = next.now.child(x.got, by, data.era, c.Returned)
	next.stopped = false
	if x.recoveryDurable() {
		// What was before matters no more.
		next.now.id = new(version).child(x.got, by, 0, c.Returned).id
		next.keepData(next.now, by)
		next.keepMeta(next.now, by)
	}
	next.files = slices.Clone(w.files)
	for i, f := range next.files {
		next.files[i] = f.shown(x.view)
	}
	return &next
}

// upTo returns w without what came after data and metadata that were shown: nothing of
// that can come back.
func (w *world) upTo(data, meta *version) *world {
	next := *w
	oldest, newest := w.data, data
	if w.meta.seq < oldest.seq {
		oldest = w.meta
	}
	if meta.seq > newest.seq {
		newest = meta
	}
	var left []*version
	for v := newest; v.isAfter(oldest); v = v.prev {
		left = append(left, v)
	}
	next.now = &version{seq: oldest.seq - 1}
	for _, v := range slices.Backward(left) {
		s := v.state
		if v.seq > data.seq {
			s.data = data.state.data
		}
		if v.seq > meta.seq {
			s.meta = meta.state.meta
		}
		next.now = next.now.child(s, v.cause, v.era, 0)
		if v.seq == w.data.seq {
			next.data = next.now
		}
		if v.seq == w.meta.seq {
			next.meta = next.now
		}
	}
	return &next
}
