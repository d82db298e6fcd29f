package host

import (
	"slices"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/hosted"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/harness/subject"
)

func (r *workerRecoveries) PreviewsMax() int { return r.workers.options.PreviewsMax }

func (r *workerRecoveries) Shows() bool { return r.take().hello.ReadOnly }

// StartPreview asks the worker, if it can be asked ahead. A failure of the worker
// shows at the end of the preview.
func (r *workerRecoveries) StartPreview(image *faultfs.Image, whole bool) {
	r.workers.limits.check()
	p := preview{image: image, whole: whole}
	var err error
	data, size := image.SizeBytes()
	switch w := r.take(); {
	case data > aheadBytesMax, !image.AllReadable(), whole && r.workers.differs.Load():
	case whole && r.wholes() >= w.wholesMax(size-data):
	case whole && w.can(opRecover):
		err = p.ask(w, opRecover, w.scratch.next())
	case !whole && w.hello.ReadOnly && w.can(opView):
		err = p.ask(w, opView, w.shown.next())
	}
	_ = r.workers.limits.failureIn(err)
	r.previews = append(r.previews, p)
}

// wholes returns how many whole previews the worker is asked for.
func (r *workerRecoveries) wholes() (n int) {
	for _, p := range r.previews {
		if p.whole && p.asked != nil && p.asked == r.worker {
			n++
		}
	}
	return n
}

// wholesMax returns how many whole previews of such an image may be under way. An engine
// that preallocates, or fills the holes of its files, may do so in each of them; how much
// it takes is learned with the first ones.
func (w *worker) wholesMax(holes int64) int {
	each := max(w.takenBytesMax, holes, 1)
	return max(1, min(1+w.recoveries, int(aheadTogetherBytesMax/each)))
}

// FinishPreview ends the oldest preview. Where the worker failed it is not known at which of
// the images under way, so each of these is previewed alone.
func (r *workerRecoveries) FinishPreview() Preview {
	r.workers.limits.check()
	p := r.previews[0]
	r.previews = slices.Delete(r.previews, 0, 1)
	switch {
	case p.asked == nil || p.asked != r.worker:
	case p.whole:
		out, err := p.receiveRecovered(r.workers.answer())
		if r.workers.limits.failureIn(err) == nil {
			return Preview{Whole: r.confirm(p.image, r.after(p.at, out))}
		}
		r.discard()
	default:
		out, err := p.receiveView()
		failure := r.workers.limits.failureIn(err)
		if failure == nil {
			return out
		}
		r.discard()
		defer r.hurry(failure)()
	}
	if p.whole {
		return Preview{Whole: r.Recover(p.image)}
	}
	return r.previewAlone(p.image)
}

// DropPreviews ends all previews.
func (r *workerRecoveries) DropPreviews() {
	for _, p := range r.previews {
		var err error
		switch {
		case p.asked == nil || p.asked != r.worker:
		case p.whole:
			_, err = p.receiveRecovered(r.workers.answer())
			p.at.drop() // it may have failed
		default:
			_, err = p.receiveView()
		}
		if err != nil {
			r.discard()
		}
	}
	r.previews = r.previews[:0]
}

// previewAlone previews an image while this process waits.
func (r *workerRecoveries) previewAlone(image *faultfs.Image) Preview {
	w := r.quiet()
	if !w.hello.ReadOnly || !image.AllReadable() {
		return Preview{}
	}
	p := preview{image: image, asked: w, at: w.shown.alone()}
	var out Preview
	ok := true
	if w.can(opView) {
		var answer hosted.Text
		ok = r.workers.limits.failureIn(w.conn.Call(opView, hosted.Text(p.at.hold(image)), &answer)) == nil
		out.View, out.OK = keyShown(answer)
	} else {
		out = r.viewStepwise(p)
	}
	p.release(ok && out.OK)
	if !ok || !w.process.Alive() {
		r.discard()
		return Preview{}
	}
	return out
}

// viewStepwise makes each call of a preview by itself.
func (r *workerRecoveries) viewStepwise(p preview) Preview {
	is := r.workers.factory
	f := subject.Factory{Kind: is.Kind, OpenReadOnly: func(env engines.Env) (subject.Store, error) {
		return is.Connect(p.asked.conn, env.Dir, p.at.here(), true)
	}}
	v, ok := viewReadOnly(r.watch.run, f, engines.Env{Dir: p.at.hold(p.image)})
	return previewOf(v, ok)
}

func (r *workerRecoveries) Close() {
	r.DropPreviews()
	if r.worker != nil {
		r.workers.give(r.worker)
		r.worker = nil
	}
	r.watch.stop()
}
