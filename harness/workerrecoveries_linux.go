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
	looks   []look // under way, oldest first
}

func newWorkerRecoveries(p *workers) *workerRecoveries {
	return &workerRecoveries{workers: p, runner: watchedElsewhere()}
}

func (r *workerRecoveries) stop() {
	r.forget()
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

// quiet returns a worker with nothing to do: the one that has the looks under way,
// once it has answered to all, or another if that one fails at some of them.
func (r *workerRecoveries) quiet() *worker {
	if w := r.take(); failureIn(w.conn.CatchUp()) != nil {
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

// recover has the worker go through the recovery by itself if it can, and goes
// through it call by call where it cannot or did not live to answer.
func (r *workerRecoveries) recover(image *faultfs.Image) *models.Recovered {
	w := r.quiet()
	if !w.can(opRecover) {
		return r.stepwise(image)
	}
	at := w.scratch.alone
	var out recovered
	err := w.conn.Call(opRecover, dirRequest{at.hold(image)}, &out)
	if failure := failureIn(err); failure != nil {
		r.discard()
		again := r.stepwise(image)
		if again.Failure == nil { // it does not come every time
			again.Failure = &models.Failure{Phase: models.PhaseOpen, Manner: failure.Manner, Text: failure.Text, Stack: failure.Log}
		}
		return again
	}
	return r.after(at, out.whole())
}

// stepwise makes each call of a recovery by itself.
func (r *workerRecoveries) stepwise(image *faultfs.Image) *models.Recovered {
	w := r.quiet()
	f := engines.Factory{Name: r.workers.factory.Name, Open: func(env engines.Env) (engines.StorageEngine, error) {
		return w.conn.Open(env.Dir, false)
	}}
	at := w.scratch.alone
	return r.after(at, recoverIn(r.runner.run, f, engines.Env{Dir: at.hold(image)}))
}

// panicsMax is how many panics a worker survives: each leaves an engine open.
const panicsMax = 100

// childlessEvery is how many recoveries without a failure are made before it is
// looked again whether they left processes behind, which takes as long as some
// recoveries.
const childlessEvery = 16

// after makes the worker ready for the next image, or ends it, after a recovery in
// one of its directories. It returns what came of that.
func (r *workerRecoveries) after(at *workspace, out *models.Recovered) *models.Recovered {
	w := r.worker
	at.drop()
	look := w.recoveries%childlessEvery == 0 || out.Failure != nil
	w.recoveries++
	if look {
		if err := childless(w); err != nil {
			if out.Failure == nil {
				out.Failure = &models.Failure{Phase: models.PhaseClose, Manner: "children", Text: err.Error()}
			}
			r.discard()
			return out
		}
	}
	if out.Failure == nil {
		return out
	}
	if out.Failure.Manner == "panic" {
		w.panics++
	}
	if !w.process.Alive() || w.panics > panicsMax {
		r.discard()
	}
	return out
}

// failureIn returns the worker's failure in err, nil for none; another error is
// the environment's.
func failureIn(err error) *hosted.Failure {
	var failure *hosted.Failure
	if err != nil && !errors.As(err, &failure) {
		panic(environment{err})
	}
	return failure
}

// can tells whether the worker answers an operation of the harness.
func (w *worker) can(op string) bool { return slices.Contains(w.hello.Ops, op) }
