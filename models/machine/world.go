package machine

import (
	"slices"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// world is one history that the calls may have made. Those that were refused for a fault
// and may have happened make several. It is immutable once made.
type world struct {
	now *version
	// data and meta are the oldest versions whose data, and whose metadata, a crash may
	// leave; the forces say why no older ones.
	data, meta             *version
	dataForces, metaForces *force
	files                  files
	stopped                bool
	// refused are what snapshots would have made that had to be refused, and were.
	refused []*version
	// tested are properties that have been put to the test, or have something to keep.
	tested models.PropertySet
}

func newWorld() *world {
	v := &version{}
	return &world{now: v, data: v, meta: v}
}

// isSame reports whether no call can tell w from o.
func (w *world) isSame(o *world) bool {
	return w == o || w.now.id == o.now.id && w.undoable() == o.undoable() && w.stopped == o.stopped &&
		slices.EqualFunc(w.files, o.files, (*file).isSame)
}

// undoable returns how many versions a crash may undo the data, and the metadata, of.
func (w *world) undoable() [2]int { return [2]int{w.now.seq - w.data.seq, w.now.seq - w.meta.seq} }

// effect is what a call may make of a world.
type effect struct {
	// results are those of an apply.
	results []engines.ApplyResult
	// states follow each other; a crash may leave each.
	states []state
	// replaces says that they begin an era.
	replaces bool
	// file is the one that is generated, nil for none.
	file    *file
	stopped bool
	// refused is what the call would have made, if that must not be.
	refused *version
	tested  models.PropertySet
}

// after returns w with e, by c, which begins that era if it begins one.
func (w *world) after(e effect, c *models.Call, era int) *world {
	next := *w
	if !e.replaces {
		era = w.now.era
	}
	for _, s := range e.states {
		next.now = next.now.child(s, causeOf(c), era, returnTime(c))
	}
	if e.file != nil {
		next.files = w.files.with(e.file)
	}
	if e.refused != nil {
		next.refused = append(slices.Clip(w.refused), e.refused)
	}
	next.stopped = e.stopped
	next.tested |= e.tested
	return &next
}

// graft returns w with what a crash may leave of worlds that are no more, since a call
// contradicted them: until something later is durable, their effects may show up.
func (w *world) graft(gone []*world) *world {
	next := *w
	for _, g := range gone {
		var own []*version
		for v := g.now; v.isAfter(g.data); v = v.prev {
			if !w.wentThrough(v) {
				own = append(own, v)
			}
		}
		for _, v := range slices.Backward(own) {
			s := v.state
			if v.era == w.now.era {
				s.meta = w.now.meta // that changed in all worlds
			}
			next.now = next.now.child(s, v.cause, v.era, never)
		}
		if len(own) > 0 {
			next.now = next.now.child(w.now.state, w.now.cause, w.now.era, never)
		}
	}
	return &next
}

// wentThrough reports whether a state like v is among those that a crash may leave of w.
func (w *world) wentThrough(v *version) bool {
	for o := w.now; o.isAfter(w.data); o = o.prev {
		if o == v || o.era == v.era && o.state.data.isSame(v.state.data) {
			return true
		}
	}
	return false
}

// keepData makes the data of v durable, by that call.
func (w *world) keepData(v *version, by cause) {
	if v.seq <= w.data.seq {
		return
	}
	w.data, w.dataForces = v, &force{by, w.dataForces, v.seq}
	if !by.isRecovery() {
		w.tested = w.tested.With(by.durability())
	}
}

// keepMeta makes the metadata of v durable, by that call.
func (w *world) keepMeta(v *version, by cause) {
	if v.seq <= w.meta.seq {
		return
	}
	w.meta, w.metaForces = v, &force{by, w.metaForces, v.seq}
	if v.meta.has {
		w.tested = w.tested.With(models.SnapshotMetadataDurable)
	}
	if by.durability() == models.CloseDurable {
		w.tested = w.tested.With(models.CloseDurable)
	}
}

// keepFiles makes the files durable that were there at time t, by that call.
func (w *world) keepFiles(t int, by cause) {
	for _, f := range w.files {
		if f.known && !f.durable && f.returned < t {
			kept := *f
			kept.durable, kept.forced = true, by
			w.files = w.files.with(&kept)
		}
	}
}
