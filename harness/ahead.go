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
	// previewed says that a preview of the image was begun.
	previewed bool
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
	if _, met := v.byState[s.key]; met {
		return s
	}
	v.byState[s.key] = nil
	s.image = host.Must(v.life.Image(c.State()))
	hash := s.image.Hash()
	if s.previewed = x.cache.get(hash) == nil; s.previewed {
		v.previews++
		x.recoveries.StartPreview(s.image, hash.Lo%fullRecoveryEvery == 0)
	}
	return s
}

// fullRecoveryEvery is the part of images that an engine recovers from in full though
// a read-only open showed nothing new: what such an open cannot show, a recovery that
// fails at its writes, is not missed for long.
const fullRecoveryEvery = 32

// recover returns what the engine recovers from a state, unless it did from the same
// image before.
func (x *exploration) recover(v *visit, s crashState) *cachedRecovery {
	if r := v.byState[s.key]; r != nil {
		return r
	}
	r := x.recoverImage(v, s)
	v.byState[s.key] = r
	return r
}

func (x *exploration) recoverImage(v *visit, s crashState) *cachedRecovery {
	hash := s.image.Hash()
	x.images = append(x.images, hash)
	var preview host.Preview
	if s.previewed {
		v.previews--
		preview = x.recoveries.FinishPreview()
	}
	if r := x.cache.get(hash); r != nil {
		return r // an image before it is the same, or another worker met it
	}
	if preview.OK {
		if r := x.cache.shown(hash, preview.View); r != nil {
			return r
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
