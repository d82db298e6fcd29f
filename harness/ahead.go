package harness

import (
	"iter"
	"slices"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/internal/digest"
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
	// previewed says that a preview of the image was begun, whole that the engine is to
	// recover from it in full.
	previewed, whole bool
}

// ahead yields the states of a life in the order of the walk, as far as the plan
// goes. It begins previews of those that follow, as many as may be under way. A preview
// changes nothing, so each state is judged as if nothing had been done for a later one.
func (x *exploration) ahead(v *visit) iter.Seq[crashState] {
	return func(yield func(crashState) bool) {
		defer x.recoveries.DropPreviews()
		var waiting []crashState // oldest first
		// drain yields the oldest until at most that many previews are under way, and
		// few other states wait behind them.
		drain := func(previews int) bool {
			const waitingPerPreview = 4 // many a state needs no preview
			for v.previews > previews || len(waiting) > previews*waitingPerPreview {
				oldest := waiting[0]
				waiting = slices.Delete(waiting, 0, 1)
				if !yield(oldest) {
					return false
				}
			}
			return true
		}
		for c := range v.life.Crashes().Walk(v.plan) {
			if v.life.ResumedAt > 0 && c.Point() <= v.life.ResumedAt {
				continue // explored with the life that this one resumes
			}
			waiting = append(waiting, x.preview(v, c))
			if !drain(x.recoveries.PreviewsMax() - 1) {
				return
			}
		}
		drain(0)
	}
}

// preview begins a preview of a state's image, unless what the engine makes of it is
// known.
func (x *exploration) preview(v *visit, c crash.Candidate) crashState {
	s := crashState{key: c.Key(), ref: c.Ref(), point: c.Point(), stage: c.Stage()}
	at := v.pointAt(s.point)
	met, known := v.byState[s.key]
	if known && (met.whole || !x.triages || !at.opening) {
		return s
	}
	s.image = host.Must(v.life.Image(c.State()))
	s.whole = x.inFull(v, at, s.image)
	v.byState[s.key] = recovery{met.cachedRecovery, s.whole}
	r := x.cache.get(s.image.Hash())
	if s.previewed = !r.answers(s.whole); s.previewed {
		v.previews++
		x.recoveries.StartPreview(s.image, s.whole)
	}
	return s
}

// recover returns what the engine recovers from a state, unless it did from the same
// image before.
func (x *exploration) recover(v *visit, s crashState) *cachedRecovery {
	if s.image == nil {
		return v.byState[s.key].cachedRecovery
	}
	r := x.recoverImage(v, s)
	x.images = append(x.images, metImage{s.image.Hash(), r.whole})
	r.whole = r.whole || v.byState[s.key].whole // a later state may wait for that
	v.byState[s.key] = r
	return r.cachedRecovery
}

func (x *exploration) recoverImage(v *visit, s crashState) recovery {
	hash := s.image.Hash()
	var preview host.Preview
	if s.previewed {
		v.previews--
		preview = x.recoveries.FinishPreview()
	}
	if r := x.cache.get(hash); r.answers(s.whole) {
		return r // an image before it is the same, or another worker met it
	}
	if preview.OK {
		if r := x.cache.shown(hash, preview.View); r != nil {
			return recovery{r, false}
		}
	}
	recovered := preview.Whole
	if recovered == nil {
		recovered = x.recoveries.Recover(s.image)
	}
	if recovered.Hung() {
		x.hangs++
	}
	return x.cache.put(hash, recovered)
}
