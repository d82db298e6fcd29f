package host

import (
	"errors"
	"fmt"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/hosted"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/models"
)

// workerRecoveries run in a worker, in directories backed by memory.
type workerRecoveries struct {
	workers  *workers
	worker   *worker // nil: to be taken
	watch    *watchdog
	previews []preview // under way, oldest first
	// changed, if not nil, changes the factory whose engine recovers, call by call then.
	changed func(subject.Factory) subject.Factory
}

func (p *workers) Recoveries() Recoveries {
	return &workerRecoveries{workers: p, watch: watchedElsewhere(p.limits)}
}

// answer returns where to receive the answer to a whole recovery.
func (p *workers) answer() recoverAnswer {
	return recoverAnswer{stored: p.factory.Kind.Stored, coverage: p.options.Coverage}
}

func (r *workerRecoveries) take() *worker {
	if r.worker == nil {
		r.worker = r.workers.take(recovering)
	}
	return r.worker
}

// quiet returns a worker with nothing to do: the one that has the previews under way,
// once it has answered to all, or another if that one fails at some of them.
func (r *workerRecoveries) quiet() *worker {
	if w := r.take(); r.workers.limits.failureIn(w.conn.CatchUp()) != nil {
		r.discard()
	}
	return r.take()
}

// discard ends the worker: the engine in it is not to be trusted with another
// image.
func (r *workerRecoveries) discard() {
	r.workers.discard(r.worker)
	r.worker = nil
}

// recoverIn has the worker go through the recovery by itself if it can, and goes
// through it call by call where it cannot or did not live to answer.
func (r *workerRecoveries) recoverIn(in where, image *faultfs.Image) *models.Recovered {
	w := r.quiet()
	if !w.can(opRecover) || r.changed != nil {
		return r.stepwise(in, image)
	}
	at := in(w)
	out := r.workers.answer()
	err := w.conn.Call(opRecover, hosted.Text(at.hold(image)), &out)
	if refused := (*hosted.Error)(nil); errors.As(err, &refused) {
		r.discard()
		return r.stepwise(in, image) // as of a damaged length: it shows more than an answer holds
	}
	if failure := r.workers.limits.failureIn(err); failure != nil {
		r.discard()
		return r.locate(in, image, failure)
	}
	return r.after(at, out.whole())
}

// locate goes through a recovery call by call, to learn where the failure is that the
// worker did not live to tell.
func (r *workerRecoveries) locate(in where, image *faultfs.Image, failure *hosted.Failure) *models.Recovered {
	defer r.hurry(failure)()
	again := r.stepwise(in, image)
	switch {
	case again.Failure == nil: // it does not come every time
		again.Failure = &models.Failure{Phase: models.PhaseOpen, Manner: failure.Manner, Text: failure.Text, Stack: stackOf(failure)}
	case again.Failure.Manner == engines.MannerHang && failure.Manner == engines.MannerHang:
		again.Failure.Text += fmt.Sprintf("; the whole recovery had none within %v before", r.workers.limits.HangAfter)
	}
	return again
}

// hurry lets what follows hang after a tenth of the time, until the returned function
// is called, if a worker was waited for in full already.
func (r *workerRecoveries) hurry(failure *hosted.Failure) (end func()) {
	limit := r.workers.limits.HangAfter
	if failure.Manner != engines.MannerHang {
		return func() {}
	}
	r.take().process.SetHangAfter(min(limit, max(limit/10, hurriedMin)))
	return func() {
		if r.worker != nil {
			r.worker.process.SetHangAfter(limit)
		}
	}
}

// hurriedMin is time enough for a call of an engine that does not hang.
const hurriedMin = 100 * time.Millisecond

// stepwise makes each call of a recovery by itself.
func (r *workerRecoveries) stepwise(in where, image *faultfs.Image) *models.Recovered {
	w := r.quiet()
	is := r.workers.factory
	at := in(w)
	f := subject.Factory{Kind: is.Kind, Name: is.Name, Open: func(env engines.Env) (subject.Store, error) {
		return is.Connect(w.conn, env.Dir, at.here(), false)
	}}
	if r.changed != nil {
		f = r.changed(f)
	}
	return r.after(at, recoverIn(r.watch.run, f, engines.Env{Dir: at.hold(image)}))
}

// panicsMax is how many panics a worker survives: each leaves an engine open.
const panicsMax = 100

// childlessEvery is how many recoveries without a failure are made before it is
// checked again whether they left processes behind, which takes as long as some
// recoveries.
const childlessEvery = 16

// clean takes back what a recovery did to its files, or removes them all, if they may
// still be locked or mapped.
func (r *workerRecoveries) clean(at place, ok bool) {
	if ok {
		taken, undone := at.undo()
		r.worker.takenBytesMax = max(r.worker.takenBytesMax, taken)
		ok = undone
	}
	if !ok {
		at.drop()
	}
}

// after makes the worker ready for the next image, or ends it, after a recovery in
// one of its directories. It returns what came of that.
func (r *workerRecoveries) after(at place, out *models.Recovered) *models.Recovered {
	w := r.worker
	r.clean(at, out.Failure == nil)
	check := w.recoveries%childlessEvery == 0 || out.Failure != nil
	w.recoveries++
	if check {
		if err := childless(w); err != nil {
			if out.Failure == nil {
				out.Failure = &models.Failure{Phase: models.PhaseClose, Manner: engines.MannerChildren, Text: err.Error()}
			}
			r.discard()
			return out
		}
	}
	if out.Failure == nil {
		return out
	}
	if out.Failure.Manner == engines.MannerPanic {
		w.panics++
	}
	if !w.process.Alive() || w.panics > panicsMax {
		r.discard()
	}
	return out
}
