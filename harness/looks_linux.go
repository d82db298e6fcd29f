package harness

import (
	"slices"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/models"
)

// looksMax is how many looks are under way in one worker: four times what goes there
// in one write, so that it has some while this process takes the answers to others.
const looksMax = 32

// aheadBytesMax bounds the images that are looked at ahead, as each look has a
// directory in memory: a larger one has its look when its turn comes.
const aheadBytesMax = 4 << 20

// look is a look at an image under way.
type look struct {
	image *faultfs.Image
	whole bool
	// asked has the image in its directory at. It is nil if no worker was asked.
	asked *worker
	at    *workspace
}

func (r *workerRecoveries) looksMax() int { return r.workers.looks }

// look asks the worker, if it can be asked ahead. A failure of the worker shows at
// the end of the look.
func (r *workerRecoveries) look(image *faultfs.Image, whole bool) {
	l := look{image: image, whole: whole}
	switch w := r.take(); {
	case sizeBytes(image) > aheadBytesMax:
	case whole && w.can(opRecover):
		l.ask(w, opRecover, w.scratch.next())
	case !whole && w.hello.ReadOnly && w.can(opPeek):
		l.ask(w, opPeek, w.shown.next())
	}
	r.looks = append(r.looks, l)
}

func sizeBytes(image *faultfs.Image) (n int64) {
	for _, f := range image.Files() {
		n += f.SizeBytes
	}
	return n
}

func (l *look) ask(w *worker, op string, at *workspace) {
	l.asked, l.at = w, at
	_ = failureIn(w.conn.Send(op, dirRequest{at.hold(l.image)}))
}

// saw ends the oldest look. Where the worker failed it is not known at which of
// the images under way, so each of these has a look to itself.
func (r *workerRecoveries) saw() sight {
	l := r.looks[0]
	r.looks = slices.Delete(r.looks, 0, 1)
	switch {
	case l.asked == nil || l.asked != r.worker:
	case l.whole:
		if out, ok := l.recovered(); ok {
			return sight{whole: r.after(l.at, out)}
		}
		r.discard()
	default:
		if out, ok := l.peeked(); ok {
			return sight{view: out.View, ok: out.OK}
		}
		r.discard()
	}
	if l.whole {
		return sight{whole: r.recover(l.image)}
	}
	return r.peek(l.image)
}

// forget ends all looks.
func (r *workerRecoveries) forget() {
	for _, l := range r.looks {
		ok := true
		switch {
		case l.asked == nil || l.asked != r.worker:
		case l.whole:
			_, ok = l.recovered()
			l.at.drop()
		default:
			_, ok = l.peeked()
		}
		if !ok {
			r.discard()
		}
	}
	r.looks = r.looks[:0]
}

// recovered receives the answer to a whole recovery; ok is false if the worker
// failed. Answers are received in the order in which looks were begun.
func (l look) recovered() (_ *models.Recovered, ok bool) {
	var out recovered
	if failureIn(l.asked.conn.Receive(&out)) != nil {
		return nil, false
	}
	return out.whole(), true
}

// peeked receives the answer to a read-only open, as recovered does.
func (l look) peeked() (out peeked, ok bool) {
	ok = failureIn(l.asked.conn.Receive(&out)) == nil
	l.shown(ok && out.OK)
	return out, ok
}

// shown ends the use of the directory of a read-only open. Where that failed, its
// files may still be locked or mapped, so the next image gets others.
func (l look) shown(ok bool) {
	if !ok {
		l.at.drop()
	}
}

// peek looks at an image while this process waits.
func (r *workerRecoveries) peek(image *faultfs.Image) sight {
	w := r.quiet()
	if !w.hello.ReadOnly {
		return sight{}
	}
	l := look{image: image, asked: w, at: w.shown.alone}
	out, ok := peeked{}, true
	if w.can(opPeek) {
		ok = failureIn(w.conn.Call(opPeek, dirRequest{l.at.hold(image)}, &out)) == nil
	} else {
		out = r.peekStepwise(l)
	}
	l.shown(ok && out.OK)
	if !ok || !w.process.Alive() {
		r.discard()
		return sight{}
	}
	return sight{view: out.View, ok: out.OK}
}

// peekStepwise makes each call of a look by itself.
func (r *workerRecoveries) peekStepwise(l look) peeked {
	f := engines.Factory{OpenReadOnly: func(env engines.Env) (engines.StorageEngine, error) {
		return l.asked.conn.Open(env.Dir, true)
	}}
	v, ok := peekIn(r.runner.run, f, engines.Env{Dir: l.at.hold(l.image)})
	return peeked{ok, viewKey(v)}
}
