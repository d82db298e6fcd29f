package harness

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/internal/digest"
)

// waiting is a candidate that was met and not decided yet. The walk may have gone
// on, so it has what names the state, not the state.
type waiting struct {
	key   digest.Digest
	ref   crash.Ref
	point int
	stage crash.Stage
	// image is nil if an earlier candidate has the same key.
	image *faultfs.Image
	// looked tells that a look at the image was begun.
	looked bool
}

// meet begins what it takes to decide a candidate, and decides the oldest that
// wait, all of them if no look may be under way while the walk goes on. It tells
// whether to go on.
//
// Candidates are decided in the order of the walk, and each as if nothing had been
// done for a later one: what is begun early is only looking.
func (x *exploration) meet(v *visit, c *crash.Candidate) bool {
	w := waiting{key: c.Key(), ref: c.Ref(), point: c.Point(), stage: c.Stage()}
	if _, met := v.byState[w.key]; !met {
		v.byState[w.key] = nil
		w.image = v.life.image(x.config.Profile, c.State())
		x.look(v, &w)
	}
	v.waiting = append(v.waiting, w)
	return x.settle(v, x.recoverer.looksMax()-1)
}

// look begins a look at a candidate's image, unless that is known.
func (x *exploration) look(v *visit, w *waiting) {
	hash := w.image.Hash()
	if w.looked = x.cache.get(hash) == nil; w.looked {
		v.looks++
		x.recoverer.look(w.image, hash.Lo%wholeEvery == 0)
	}
}

// settle decides the oldest candidates until at most so many looks are under way,
// and few others wait behind them. It tells whether to go on.
func (x *exploration) settle(v *visit, looks int) bool {
	const waitingPerLook = 4 // many a candidate needs no look
	for v.looks > looks || len(v.waiting) > looks*waitingPerLook {
		w := v.waiting[0]
		v.waiting = slices.Delete(v.waiting, 0, 1)
		x.decide(v, w)
		x.gauge(w.stage)
		if x.expired() || x.done() {
			return false
		}
	}
	return true
}

// decide lets the engine recover from one state unless it did from the same image
// before, and judges the result unless that was done.
func (x *exploration) decide(v *visit, w waiting) {
	x.tally.Visited++
	v.byStage[w.stage]++
	at := v.at(w.point)
	at.visited++
	r := v.byState[w.key]
	if r == nil {
		r = x.recover(v, w)
		v.byState[w.key] = r
	}
	jk := judgedKey{r.id, at.position, at.inRecovery}
	failed, known := v.judged[jk]
	if !known {
		failed = x.judge(v, w, r)
		v.judged[jk] = failed
		x.tally.Judged++
	}
	if failed {
		x.tally.Failing++
	}
}

// recover returns what the engine recovers from the image of w.
func (x *exploration) recover(v *visit, w waiting) *recovery {
	hash := w.image.Hash()
	x.images = append(x.images, hash)
	var saw sight
	if w.looked {
		v.looks--
		saw = x.recoverer.saw()
	}
	if r := x.cache.get(hash); r != nil {
		return r // an image before it is the same, or another worker met it
	}
	if saw.ok {
		if r := x.cache.shown(hash, saw.view); r != nil {
			return r
		}
	}
	recovered := saw.whole
	if recovered == nil {
		recovered = x.recoverer.recover(w.image)
	}
	if f := recovered.Failure; f != nil && f.Manner == "hang" {
		x.hangs++
	}
	return x.cache.put(hash, recovered)
}

// wholeEvery is the part of images that an engine recovers from in full though a
// read-only open showed nothing new: what such an open cannot show, a recovery
// that fails at its writes, is not missed for long.
const wholeEvery = 32
