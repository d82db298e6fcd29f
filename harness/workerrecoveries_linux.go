package harness

import (
	"errors"
	"slices"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/hosted"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/models"
)

// workerRecoveries run in a worker, in directories backed by memory.
type workerRecoveries struct {
	workers *workers
	worker  *worker // nil: to be taken
	runner  *runner
}

func newWorkerRecoveries(p *workers) *workerRecoveries {
	return &workerRecoveries{workers: p, runner: watchedElsewhere()}
}

func (r *workerRecoveries) stop() {
	if r.worker != nil {
		r.workers.give(r.worker)
		r.worker = nil
	}
	r.runner.stop()
}

func (r *workerRecoveries) take() *worker {
	if r.worker == nil {
		r.worker = r.workers.take()
	}
	return r.worker
}

// discard ends the worker: the engine in it is not to be trusted with another
// image.
func (r *workerRecoveries) discard() {
	r.workers.discard(r.worker)
	r.worker = nil
}

// recover has the worker go through the recovery by itself if it can, and goes
// through it call by call where it cannot or did not live to answer.
func (r *workerRecoveries) recover(image *faultfs.Image) *models.Recovered {
	w := r.take()
	if !slices.Contains(w.hello.Ops, opRecover) {
		return r.stepwise(image)
	}
	out := &models.Recovered{}
	err := w.conn.Call(opRecover, dirRequest{w.scratch.hold(image)}, out)
	var failure *hosted.Failure
	switch {
	case errors.As(err, &failure):
		r.discard()
		again := r.stepwise(image)
		if again.Failure == nil { // it does not come every time
			again.Failure = &models.Failure{Phase: models.PhaseOpen, Manner: failure.Manner, Text: failure.Text, Stack: failure.Log}
		}
		return again
	case err != nil:
		panic(environment{err})
	}
	r.after(out)
	return out
}

// stepwise makes each call of a recovery by itself.
func (r *workerRecoveries) stepwise(image *faultfs.Image) *models.Recovered {
	w := r.take()
	f := engines.Factory{Name: r.workers.factory.Name, Open: func(env engines.Env) (engines.StorageEngine, error) {
		return w.conn.Open(env.Dir, false)
	}}
	out := recoverIn(r.runner.run, f, engines.Env{Dir: w.scratch.hold(image)})
	r.after(out)
	return out
}

// panicsMax is how many panics a worker survives: each leaves an engine open.
const panicsMax = 100

// after makes the worker ready for the next image, or ends it.
func (r *workerRecoveries) after(out *models.Recovered) {
	w := r.worker
	w.scratch.drop()
	if err := childless(w); err != nil {
		if out.Failure == nil {
			out.Failure = &models.Failure{Phase: models.PhaseClose, Manner: "children", Text: err.Error()}
		}
		r.discard()
		return
	}
	if out.Failure == nil {
		return
	}
	if out.Failure.Manner == "panic" {
		w.panics++
	}
	if !w.process.Alive() || w.panics > panicsMax {
		r.discard()
	}
}

func (r *workerRecoveries) peek(image *faultfs.Image) (models.Digest, bool) {
	w := r.take()
	if !w.hello.ReadOnly {
		return models.Digest{}, false
	}
	if !slices.Contains(w.hello.Ops, opPeek) {
		return r.peekStepwise(image)
	}
	var out peeked
	err := w.conn.Call(opPeek, dirRequest{w.shown.hold(image)}, &out)
	return out.View, r.afterPeek(err, out.OK)
}

func (r *workerRecoveries) peekStepwise(image *faultfs.Image) (models.Digest, bool) {
	w := r.take()
	f := engines.Factory{OpenReadOnly: func(env engines.Env) (engines.StorageEngine, error) {
		return w.conn.Open(env.Dir, true)
	}}
	v, ok := peekIn(r.runner.run, f, engines.Env{Dir: w.shown.hold(image)})
	return viewKey(v), r.afterPeek(nil, ok)
}

// afterPeek tells whether a read-only open can be relied on. Where it failed, its
// files may still be locked or mapped, so the next image gets others.
func (r *workerRecoveries) afterPeek(err error, ok bool) bool {
	var failure *hosted.Failure
	switch {
	case errors.As(err, &failure) || !r.worker.process.Alive():
		r.discard()
		return false
	case err != nil:
		panic(environment{err})
	case !ok:
		r.worker.shown.drop()
	}
	return ok
}
