package harness

import (
	"iter"
	"slices"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/internal/coverage"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/internal/digest"
	"github.com/ackproof/ackproof/models"
)

// crashState is a state that the walk has come to. The walk may have gone on, so it
// has what names the state, not the state.
type crashState struct {
	key   digest.Digest
	ref   crash.Ref
	point int
	stage crash.Stage
	// image is nil if an earlier state has the same key.
	image *faultfs.Image
	// whole says that the engine is to recover from the image in full.
	whole bool
	// underWay says that a preview of the image is, and looked that one before it was a look.
	// What they gave is in preview.
	underWay, looked bool
	// reached says that its recovery came to a block that none had come to.
	reached bool
	preview host.Preview
}

// noting does something with a state, and notes whether a recovery came to a new block meanwhile.
func (s *crashState) noting(c *coverage.Recorder, do func()) {
	before := c.Count()
	do()
	s.reached = s.reached || c.Count() > before
}

// lookahead is what lies between the walk over a life and the judge: the states that
// the walk has come to, and the previews of their images, as many as may be under way.
// A preview changes nothing, so each state is judged as if nothing had been done for a
// later one.
type lookahead struct {
	x *exploration
	v *visit
	// waiting are the states that are not judged yet, in the order of the walk, and
	// previews those of them whose preview is under way, in the order of beginning.
	waiting, previews []*crashState
	// awaited are the views that no known recovery showed, and that one which is under way
	// is expected to.
	awaited map[models.Digest]bool
}

// waitingPerPreview bounds the states that wait: most of them need no preview.
const waitingPerPreview = 32

// ahead yields the states of a life in the order of the walk, as far as the plan goes.
func (x *exploration) ahead(v *visit) iter.Seq[*crashState] {
	return func(yield func(*crashState) bool) {
		defer x.recoveries.DropPreviews()
		a := &lookahead{x: x, v: v, awaited: map[models.Digest]bool{}}
		most := x.recoveries.PreviewsMax() - 1
		for c := range x.states(v) {
			if c.Point() <= v.shared {
				continue
			}
			a.add(c)
			for len(a.previews) > most {
				a.finish()
			}
			for len(a.waiting) > 0 && (!a.waiting[0].underWay || len(a.waiting) > most*waitingPerPreview) {
				if !yield(a.next()) {
					return
				}
			}
		}
		for len(a.waiting) > 0 {
			if !yield(a.next()) {
				return
			}
		}
	}
}

// next takes the oldest state, once its preview has ended.
func (a *lookahead) next() *crashState {
	s := a.waiting[0]
	for s.underWay {
		a.finish()
	}
	a.waiting[0] = nil
	a.waiting = a.waiting[1:]
	return s
}

// add begins a preview of a state's image, unless what the engine makes of it is known.
func (a *lookahead) add(c crash.Candidate) {
	s := &crashState{key: c.Key(), ref: c.Ref(), point: c.Point(), stage: c.Stage()}
	a.waiting = append(a.waiting, s)
	at := a.v.pointAt(s.point)
	met, known := a.v.byState[s.key]
	if known && (met.whole || !a.x.triages || !at.opening) {
		return
	}
	s.image = host.Must(a.v.life.Image(c.State()))
	s.whole = a.x.inFull(a.v, at, s.image)
	a.v.byState[s.key] = recovery{met.cachedRecovery, s.whole}
	if !a.x.cache.get(s.image.Hash()).answers(s.whole) {
		a.begin(s, s.whole)
	}
}

// begin begins a preview.
func (a *lookahead) begin(s *crashState, whole bool) {
	s.underWay = true
	a.previews = append(a.previews, s)
	s.noting(a.x.coverage, func() { a.x.recoveries.StartPreview(s.image, whole) })
}

// finish ends the oldest preview. If that was a look which showed what no recovery is known
// to show, the engine is to recover from the image in full: this begins at once, so that
// the engine has other images meanwhile.
func (a *lookahead) finish() {
	s := a.previews[0]
	a.previews = slices.Delete(a.previews, 0, 1)
	var p host.Preview
	s.noting(a.x.coverage, func() { p = a.x.recoveries.FinishPreview() })
	s.underWay = false
	if s.looked {
		delete(a.awaited, s.preview.View)
		s.preview.Whole = p.Whole
		return
	}
	s.preview = p
	if p.OK && !a.awaited[p.View] && !a.x.cache.shows(p.View) {
		a.awaited[p.View] = true
		s.looked = true
		a.begin(s, true)
	}
}

// recover returns what the engine recovers from a state, unless it did from the same
// image before.
func (x *exploration) recover(v *visit, s *crashState) *cachedRecovery {
	if s.image == nil {
		return v.byState[s.key].cachedRecovery
	}
	r := x.recoverImage(s)
	x.images = append(x.images, metImage{s.image.Hash(), r.whole})
	r.whole = r.whole || v.byState[s.key].whole // a later state may wait for that
	v.byState[s.key] = r
	return r.cachedRecovery
}

func (x *exploration) recoverImage(s *crashState) recovery {
	hash := s.image.Hash()
	if r := x.cache.get(hash); r.answers(s.whole) {
		return r // an image before it is the same, or another worker met it
	}
	if s.preview.OK {
		if r := x.cache.shown(hash, s.preview.View); r != nil {
			return recovery{r, false}
		}
	}
	recovered := s.preview.Whole
	if recovered == nil {
		s.noting(x.coverage, func() { recovered = x.recoveries.Recover(s.image) })
	}
	if recovered.Hung() {
		x.hangs++
	}
	return x.cache.put(hash, recovered)
}
