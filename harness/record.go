package harness

import (
	"context"
	"errors"
	"slices"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// Recording is a program that ran.
type Recording struct {
	// Lives are those that the program made, in their order, each the child of
	// the one before.
	Lives []*Life
	// Contract is what the engine is held to.
	Contract models.Contract
	// Failed is a life's own failure, without any crash to explore: a call that
	// gave a wrong answer, or a crash of the program's that the engine did not
	// recover from. Nil if there is none.
	Failed *Failure
}

// Failure is a broken promise, with where it shows.
type Failure struct {
	Life *Life
	// State is the crash after which it shows; Live tells that it takes none.
	State crash.State
	Live  bool
	// Recovered is what came back, nil if Live.
	Recovered *models.Recovered
	Verdict   models.Verdict

	// visited is how many states of its program were visited before.
	visited int
}

// Property returns the first of the broken properties.
func (f *Failure) Property() models.Property {
	if len(f.Verdict.Violations) == 0 {
		return ""
	}
	return f.Verdict.Violations[0].Property
}

// origin is where a recording begins: on a new disk, or after a crash.
type origin struct {
	parent *Life
	crash  crash.State
	// resume is the time at which the parent's process is killed; the disk goes
	// on. 0 for a loss of power, or none.
	resume int
	// firstCall is the number of the first call.
	firstCall int
}

// recording is a Recording on its way.
type recording struct {
	factory  engines.Factory
	profile  crash.Profile
	stacks   bool // journal who called
	runner   *runner
	resolver *scenarios.Resolver
	out      Recording

	life   *Life
	disk   *faultfs.Disk
	engine engines.StorageEngine
	nextID int
	// left are engines whose process crashed; they are closed when nobody can
	// be disturbed by it any more.
	left []engines.StorageEngine
}

// errStop ends a recording whose engine failed; the failure is in the recording.
var errStop = errors.New("engine failed")

// Record runs the program on the engine and returns what happened, with the
// stacks of all who changed the disk. An error says that the environment failed,
// not the engine.
func Record(f engines.Factory, c Config, program scenarios.Program) (out *Recording, err error) {
	defer guard(&err)
	c = c.resolved()
	c.stacks = true
	stop, err := c.host(f)
	if err != nil {
		return nil, err
	}
	defer stop()
	return record(f, c, origin{}, program)
}

// record runs the program on an engine from the origin on. An error says that
// the environment failed, not the engine.
func record(f engines.Factory, c Config, from origin, program scenarios.Program) (*Recording, error) {
	r := &recording{
		factory: c.onDisks(f), profile: c.Profile, stacks: c.stacks, runner: c.runner(),
		resolver: scenarios.NewResolver(), nextID: max(1, from.firstCall),
	}
	defer r.stop()
	err := r.begin(from)
	for i := 0; err == nil && i < len(program); i++ {
		err = r.step(program[i])
	}
	if err != nil && !errors.Is(err, errStop) {
		return nil, err
	}
	r.endLife()
	return &r.out, nil
}

// stop closes what is left open, now that the journals are safe.
func (r *recording) stop() {
	if r.engine != nil {
		r.left = append(r.left, r.engine)
	}
	for _, e := range r.left {
		// A dead engine may fail or even hang at its end; nobody relies on it.
		r.runner.run(func() { _ = e.Close() })
	}
	r.runner.stop()
}

// begin boots the first disk and opens the engine on it.
func (r *recording) begin(from origin) error {
	r.life = &Life{Parent: from.parent, Crash: from.crash, Added: from.parent != nil}
	switch {
	case from.parent == nil:
		r.disk = r.boot(blankImage())
	case from.resume > 0:
		return r.resume(from)
	default:
		r.disk = r.boot(from.parent.image(r.profile, from.crash))
	}
	return r.openFirst()
}

func (r *recording) boot(image *faultfs.Image) *faultfs.Disk {
	return faultfs.NewDisk(faultfs.Config{Image: image, NoStacks: !r.stacks})
}

// resume goes on after a kill in the midst of the parent's life: the new life
// has the same beginning and the same journal up to there.
func (r *recording) resume(from origin) error {
	old := from.parent
	r.disk = faultfs.Resume(faultfs.Config{NoStacks: !r.stacks}, old.Journal.Until(from.resume))
	if from.resume <= old.Opened {
		r.life = &Life{Parent: old.Parent, Crash: old.Crash, Resumed: from.resume, Killed: old, Added: true}
		return r.openFirst()
	}
	r.life = &Life{
		Parent: old.Parent, Crash: old.Crash, Opened: old.Opened, Recovered: old.Recovered,
		From: old.From, Resumed: from.resume, Killed: old, Added: true, Calls: old.Calls.Until(from.resume - 1),
	}
	if err := r.openAgain(models.Crash); !errors.Is(err, errStop) {
		return err
	}
	// What came back is judged as that of any other crash at this time.
	calls := r.life.Calls
	return r.refuse(old, crash.State{Point: from.resume}, calls[len(calls)-1].Result.Recovered)
}

// refuse notes that what came back from a crash breaks a promise, if it does. The
// life that began so is dropped: nothing says what it began with.
func (r *recording) refuse(crashed *Life, state crash.State, recovered *models.Recovered) error {
	verdict := crashed.Verdict(state.Point, recovered)
	if verdict.Outcome != models.Pass {
		r.out.Failed = &Failure{Life: crashed, State: state, Recovered: recovered, Verdict: verdict}
	}
	r.life = nil
	return errStop
}

// step runs one step of the program.
func (r *recording) step(s scenarios.Step) error {
	if s.Kind != scenarios.Crash {
		r.life.Steps = append(r.life.Steps, s)
	}
	switch s.Kind {
	case scenarios.Reopen:
		return r.reopen()
	case scenarios.Kill:
		r.abandon()
		r.disk = r.disk.Kill()
		return r.openAgain(models.Crash)
	case scenarios.Crash:
		return r.losePower(s.Loss)
	case scenarios.Concurrently:
		return r.concurrently(r.resolver.ResolveConcurrently(s))
	}
	action := r.resolver.Resolve(s)
	for _, a := range r.expand(action) {
		if err := r.call(0, a); err != nil {
			return err
		}
	}
	return nil
}

// expand returns what a caller of this engine does for an action: without
// ReplaceRange, truncate and then persist.
func (r *recording) expand(a scenarios.Action) []scenarios.Action {
	if _, ok := r.engine.LogStore().(engines.RangeReplacer); ok || a.Op.Kind != models.Replace {
		return []scenarios.Action{a}
	}
	out := []scenarios.Action{{Op: models.Op{Kind: models.Truncate, From: a.Op.From}}}
	if len(a.Entries) > 0 {
		out = append(out, scenarios.Action{Op: models.Op{Kind: models.Persist, Entries: a.Op.Entries}, Entries: a.Entries})
	}
	return out
}

// call makes one call and adds it to the history.
func (r *recording) call(client int, a scenarios.Action) error {
	c := models.Call{ID: r.takeID(), Client: client, Op: a.Op}
	c.Invoked = r.disk.Invoke(c.ID)
	failed := r.runner.run(func() { c.Result = call(context.Background(), r.engine, a.Op, a.Entries) })
	if failed != nil {
		return r.callCrashed(c, failed)
	}
	c.Returned = r.disk.Return(c.ID)
	r.life.Calls = append(r.life.Calls, c)
	if c.Result.Err != "" {
		return r.checkLive()
	}
	return nil
}

// callCrashed notes a call that panicked or hangs: it is refused, in the model's
// eyes, and the engine is not to be touched again.
func (r *recording) callCrashed(c models.Call, failed *callFailure) error {
	c.Result = models.Result{Err: failed.manner + ": " + failed.text}
	c.Returned = r.disk.Return(c.ID)
	r.life.Calls = append(r.life.Calls, c)
	if err := r.checkLive(); err != nil {
		return err
	}
	return errStop
}

func (r *recording) takeID() int {
	id := r.nextID
	r.nextID++
	return id
}

// checkLive judges the life so far and notes a failure.
func (r *recording) checkLive() error {
	verdict := models.CheckHistory(r.out.Contract, r.life.From, r.life.Calls)
	if verdict.Outcome != models.Pass {
		r.out.Failed = &Failure{Life: r.life, Live: true, Verdict: verdict}
		return errStop
	}
	return nil
}

// endLife seals the life and adds it to the recording.
func (r *recording) endLife() {
	if r.life == nil || slices.Contains(r.out.Lives, r.life) {
		return
	}
	r.keepLog()
	r.life.Journal = r.disk.Journal()
	slices.SortStableFunc(r.life.Calls, func(a, b models.Call) int { return a.Invoked - b.Invoked })
	r.life.seal(r.out.Contract)
	r.out.Lives = append(r.out.Lives, r.life)
	if r.out.Failed == nil {
		_ = r.checkLive()
	}
}

// keepLog adds to the life what its engine wrote since it was opened.
func (r *recording) keepLog() {
	if e, ok := r.engine.(*workerEngine); ok && r.life != nil {
		r.life.Log += e.log()
	}
}
