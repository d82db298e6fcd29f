package harness

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/models"
)

// engineDir is where engines live. It is there, and durable, before the first
// open.
const engineDir = "/db"

// blankImage returns what a disk holds before an engine ever ran.
func blankImage() *faultfs.Image {
	d := faultfs.NewDisk(faultfs.Config{Unjournaled: true})
	if err := d.MkdirAll(engineDir, 0o755); err != nil {
		panic(err)
	}
	return d.Image()
}

// recoverer lets an engine recover from images. It is for one goroutine.
type recoverer struct {
	recoveries
	factory engines.Factory
}

// recoveries is where a recoverer's recoveries run.
type recoveries interface {
	// recover opens the engine on the image, reads everything, appends an entry
	// and reads it back, closes, and does the same again. A panic, a hang or an
	// error on the way is part of the result.
	recover(image *faultfs.Image) *models.Recovered
	// look begins a look at the image: what the engine shows of it when it is opened
	// read-only, or a whole recovery. At most looksMax looks may be under way.
	look(image *faultfs.Image, whole bool)
	looksMax() int
	// saw ends the oldest look.
	saw() sight
	// forget ends all looks.
	forget()
	stop()
}

// sight is what came of a look.
type sight struct {
	// view is the key of what the engine showed, if ok: it may be that the engine
	// cannot open read-only, or not this image.
	view models.Digest
	ok   bool
	// whole is what came of a whole recovery, if that was asked for.
	whole *models.Recovered
}

func newRecoverer(f engines.Factory, c Config) *recoverer {
	if c.workers != nil {
		return &recoverer{newWorkerRecoveries(c.workers), f}
	}
	return &recoverer{&ownRecoveries{factory: f, runner: newRunner(c.HangAfter)}, f}
}

// ownRecoveries run in this process, on disks in memory.
type ownRecoveries struct {
	factory engines.Factory
	runner  *runner
	looked  *faultfs.Image
	whole   bool
}

func (r *ownRecoveries) stop() { r.runner.stop() }

func (r *ownRecoveries) recover(image *faultfs.Image) *models.Recovered {
	return recoverIn(r.runner.run, r.factory, inMemory(image))
}

func (r *ownRecoveries) look(image *faultfs.Image, whole bool) { r.looked, r.whole = image, whole }

func (r *ownRecoveries) looksMax() int { return 1 }

func (r *ownRecoveries) saw() sight {
	defer r.forget()
	if r.whole {
		return sight{whole: r.recover(r.looked)}
	}
	v, ok := peekIn(r.runner.run, r.factory, inMemory(r.looked))
	return sight{view: viewKey(v), ok: ok}
}

func (r *ownRecoveries) forget() { r.looked = nil }

func inMemory(image *faultfs.Image) engines.Env {
	return engines.Env{FS: faultfs.NewDisk(faultfs.Config{Image: image, Unjournaled: true}), Dir: engineDir}
}

// recoverIn lets the engine in env recover.
func recoverIn(run func(func()) *callFailure, f engines.Factory, env engines.Env) *models.Recovered {
	p := &probing{factory: f, env: env}
	if failed := run(p.run); failed != nil {
		return p.crashed(failed)
	}
	return p.recovered()
}

// peekIn returns what the engine in env shows when it is opened read-only.
func peekIn(run func(func()) *callFailure, f engines.Factory, env engines.Env) (v models.View, ok bool) {
	if f.OpenReadOnly == nil {
		return v, false
	}
	p := &probing{factory: f, env: env}
	p.factory.Open = f.OpenReadOnly
	failed := run(func() {
		if p.open(context.Background(), models.PhaseOpen, &p.out.View) {
			p.close(models.PhaseClose)
		}
	})
	if failed != nil || p.out.Failure != nil {
		return v, false
	}
	return p.out.View, true
}

// probing is one recovery on its way.
type probing struct {
	factory engines.Factory
	env     engines.Env
	engine  engines.StorageEngine
	phase   atomic.Uint32 // models.Phase; atomic since a hang is looked at from outside
	out     models.Recovered
}

// crashed returns what was recovered before the engine crashed. A goroutine that
// hangs may still write, but only to what its phase is about.
func (p *probing) crashed(failed *callFailure) *models.Recovered {
	phase := models.Phase(p.phase.Load())
	out := &models.Recovered{Failure: &models.Failure{
		Phase: phase, Manner: failed.manner, Text: failed.text, Stack: failed.stack,
	}}
	if phase >= models.PhaseProbe {
		out.View = p.out.View
	}
	if phase >= models.PhaseReopen {
		out.Probe = p.out.Probe
	}
	if phase >= models.PhaseReprobe {
		out.Again = p.out.Again
	}
	return out
}

// recovered returns what came of the recovery, without a hold on the engine and
// the disk.
func (p *probing) recovered() *models.Recovered {
	out := p.out
	return &out
}

// run goes through the phases until one fails.
func (p *probing) run() {
	ctx := context.Background()
	if !p.open(ctx, models.PhaseOpen, &p.out.View) {
		return
	}
	probe, ok := p.probe(ctx, models.PhaseProbe, p.out.View)
	if !ok || !p.close(models.PhaseClose) {
		return
	}
	p.out.Probe = &probe
	var again models.View
	if !p.open(ctx, models.PhaseReopen, &again) {
		return
	}
	p.out.Again = &again
	if _, ok := p.probe(ctx, models.PhaseReprobe, again); ok {
		p.close(models.PhaseReclose)
	}
}

// fail notes the failure of the current phase, if err is one.
func (p *probing) fail(manner string, err error) bool {
	mustReturn(err)
	if err != nil {
		p.out.Failure = &models.Failure{Phase: models.Phase(p.phase.Load()), Manner: manner, Text: errorText(err)}
	}
	return err != nil
}

// open opens the engine and reads all that it has; the phase after the given one
// is the reading.
func (p *probing) open(ctx context.Context, phase models.Phase, view *models.View) bool {
	p.phase.Store(uint32(phase))
	engine, err := p.factory.Open(p.env)
	if p.fail("error", err) {
		return false
	}
	p.engine = engine
	p.phase.Store(uint32(phase + 1))
	*view, err = viewOf(ctx, engine)
	if p.fail("error", err) {
		_ = engine.Close() // nobody will use it, and the first error tells more
		return false
	}
	return true
}

func (p *probing) close(phase models.Phase) bool {
	p.phase.Store(uint32(phase))
	return !p.fail("error", p.engine.Close())
}

// probe appends an entry after what the engine showed, and reads it back.
func (p *probing) probe(ctx context.Context, phase models.Phase, v models.View) (models.Entry, bool) {
	p.phase.Store(uint32(phase))
	entry := probeEntry(v)
	want := models.EntryOf(entry)
	log := p.engine.LogStore()
	if p.fail("error", log.PersistEntries(ctx, []engines.Entry{entry})) {
		return want, false
	}
	got, ok, err := log.Entry(ctx, entry.Index)
	if p.fail("error", err) {
		return want, false
	}
	switch {
	case !ok:
		err = fmt.Errorf("entry %d was appended and cannot be read", entry.Index)
	case models.EntryOf(got) != want:
		err = fmt.Errorf("entry %d was appended and reads back as something else", entry.Index)
	case log.LastIndex() != entry.Index:
		err = fmt.Errorf("entry %d was appended and the last index is %d", entry.Index, log.LastIndex())
	}
	return want, !p.fail("mismatch", err)
}

var probePayload = []byte("after the crash")

// probeEntry returns an entry that any log with this view must take.
func probeEntry(v models.View) engines.Entry {
	e := engines.Entry{Index: v.LastIndex + 1, Term: max(v.HardState.Term, v.Boundary.Term), Payload: probePayload}
	if n := len(v.Entries); n > 0 {
		e.Term = max(e.Term, v.Entries[n-1].Term)
	}
	return e
}
