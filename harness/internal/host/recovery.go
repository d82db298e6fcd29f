package host

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/harness/internal/coverage"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/models"
)

// recoverIn lets the engine in env recover.
func recoverIn(run func(func()) *CallFailure, f subject.Factory, env engines.Env) *models.Recovered {
	return (&recoveryRun{factory: f, env: env}).within(run)
}

// within returns what comes of the recovery.
func (r *recoveryRun) within(run func(func()) *CallFailure) *models.Recovered {
	if failed := run(r.run); failed != nil {
		return r.unfinished(failed)
	}
	return r.recovered()
}

// viewReadOnly returns what the engine in env shows when it is opened read-only.
func viewReadOnly(run func(func()) *CallFailure, f subject.Factory, env engines.Env) (v models.View, ok bool) {
	if f.OpenReadOnly == nil {
		return v, false
	}
	r := &recoveryRun{factory: f, env: env}
	r.factory.Open = f.OpenReadOnly
	failed := run(func() {
		if r.open(context.Background(), models.PhaseOpen, &r.out.View) {
			r.close(models.PhaseClose)
		}
	})
	if failed != nil || r.out.Failure != nil {
		return v, false
	}
	return r.out.View, true
}

// recoveryRun is one recovery on its way.
type recoveryRun struct {
	factory subject.Factory
	env     engines.Env
	engine  subject.Store
	// contract is that of the engine, while it is open: nobody need answer after a close.
	contract models.Contract
	phase    atomic.Uint32 // models.Phase; atomic since a hang is noticed from outside
	out      models.Recovered
	// left says that the engine left files open, though it promises that it does not.
	left bool
	// coverage, if not nil, stores in ran what ran while the engine opened on the image.
	coverage *coverage.Recorder
	ran      atomic.Pointer[[]int]
}

// unfinished returns what was recovered before the engine panicked or hung. A
// goroutine that hangs may still write, but only to what its phase is about.
func (r *recoveryRun) unfinished(failed *CallFailure) *models.Recovered {
	phase := models.Phase(r.phase.Load())
	out := &models.Recovered{Failure: &models.Failure{
		Phase: phase, Manner: failed.Manner, Text: failed.Text, Stack: failed.Stack, LostPage: failed.LostPage,
	}}
	if phase >= models.PhaseProbe {
		out.View = r.out.View
	}
	if phase >= models.PhaseReopen {
		out.Probe = r.out.Probe
	}
	if phase >= models.PhaseReprobe {
		out.Again = r.out.Again
	}
	return out
}

// recovered returns what came of the recovery, without a hold on the engine and
// the disk.
func (r *recoveryRun) recovered() *models.Recovered {
	out := r.out
	return &out
}

// run goes through the phases until one fails.
func (r *recoveryRun) run() {
	ctx := context.Background()
	if !r.open(ctx, models.PhaseOpen, &r.out.View) {
		return
	}
	probe, ok := r.probe(ctx, models.PhaseProbe, r.out.View)
	if !ok || !r.close(models.PhaseClose) {
		return
	}
	r.out.Probe = probe
	var again models.View
	if !r.open(ctx, models.PhaseReopen, &again) {
		return
	}
	r.out.Again = again
	if _, ok := r.probe(ctx, models.PhaseReprobe, again); ok && r.close(models.PhaseReclose) {
		disk, inMemory := r.env.FS.(*faultfs.Disk)
		r.left = inMemory && disk.OpenFiles() != nil && r.contract.Claimed().Has(models.CloseReleases)
	}
}

// fail notes the failure of the current phase, if err is one.
func (r *recoveryRun) fail(err error) bool {
	mustReturn(err)
	if err != nil {
		manner := engines.MannerError
		if errors.Is(err, subject.ErrMismatch) {
			manner = engines.MannerMismatch
		}
		r.out.Failure = &models.Failure{Phase: models.Phase(r.phase.Load()), Manner: manner, Text: ErrorText(err), Corrupt: errors.Is(err, engines.ErrCorrupt)}
	}
	return err != nil
}

// open opens the engine and reads all that it has; the phase after the given one
// is the reading.
func (r *recoveryRun) open(ctx context.Context, phase models.Phase, view *models.View) bool {
	r.phase.Store(uint32(phase))
	engine, err := r.opened(phase)
	if r.fail(err) {
		return false
	}
	r.engine = engine
	r.phase.Store(uint32(phase + 1))
	shown, err := engine.Show(ctx)
	if r.fail(err) {
		_ = engine.Close() // nobody will use it, and the first error tells more
		return false
	}
	*view, r.contract = shown, engine.Contract()
	return true
}

// opened opens the engine. The second open is of what the first one made good.
func (r *recoveryRun) opened(phase models.Phase) (engine subject.Store, err error) {
	if phase != models.PhaseOpen {
		return r.factory.Open(r.env)
	}
	r.coverage.During(&r.ran, func() { engine, err = r.factory.Open(r.env) })
	return engine, err
}

// ranOpening returns the blocks that ran while the engine opened first, nil if it has not
// returned.
func (r *recoveryRun) ranOpening() []int {
	if ran := r.ran.Load(); ran != nil {
		return *ran
	}
	return nil
}

func (r *recoveryRun) close(phase models.Phase) bool {
	r.phase.Store(uint32(phase))
	return !r.fail(r.engine.Close())
}

// probe writes something more, and reads it back.
func (r *recoveryRun) probe(ctx context.Context, phase models.Phase, v models.View) (models.Probe, bool) {
	r.phase.Store(uint32(phase))
	probe, err := r.engine.Probe(ctx, v)
	return probe, !r.fail(err)
}
