package host

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/ackproof/ackproof/engines/hosted"
	"github.com/ackproof/ackproof/faultfs/sandbox"
	"github.com/ackproof/ackproof/harness/subject"
)

// workers is a host of processes that run the engines of one factory, each in a
// sandbox of its own.
type workers struct {
	*pool
	limits Limits
	stayed *stayed
}

// pool is the processes, which all views of one host share.
type pool struct {
	factory subject.Factory
	options Options
	memoryTrust

	mu   sync.Mutex
	idle []*worker
	all  map[*worker]bool
	// notSeen is what NotSeen says.
	notSeen string
}

// newWorkers returns a host with one worker, so that it is known that workers can be
// had.
func newWorkers(f subject.Factory, o Options) (Host, error) {
	o.PreviewsMax = cmp.Or(o.PreviewsMax, previewsMax)
	p := &workers{&pool{factory: f, options: o, all: map[*worker]bool{}}, o.limits(), new(stayed)}
	w, err := p.start(recording, o.Done)
	if errors.Is(err, sandbox.ErrUnavailable) {
		return nil, notRun(f, err)
	}
	if err != nil {
		return nil, fmt.Errorf("engine %s: %w", f.Name, err)
	}
	if f.Greeted != nil {
		p.factory = f.Greeted(w.hello)
	}
	p.give(w)
	return p, nil
}

// Within returns a host that takes its workers from the same pool.
func (p *workers) Within(l Limits) Host { return &workers{p.pool, l, p.stayed} }

// With cannot change what workers run.
func (p *workers) With(func(subject.Factory) subject.Factory) (Host, bool) { return nil, false }

// Reader is the host itself.
func (p *workers) Reader() (Host, bool) { return p, false }

func (p *workers) TakesOver() bool { return false }

// Kind is that of the factory.
func (p *workers) Kind() *subject.Kind { return p.factory.Kind }

// CheapStacks reports false: each is a trip to the worker.
func (p *workers) CheapStacks() bool { return false }

func (p *workers) NotSeen() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.notSeen
}

func (p *workers) NotTried() string {
	if !p.Sticks() {
		return "no calls cancelled and no fsyncs stuck, as the engine runs in another process, whose syncs are not seen"
	}
	return "no calls cancelled, as the engine runs in another process"
}

// Cancels: a request of the protocol cannot be taken back.
func (p *workers) Cancels() bool { return false }

// Sticks reports whether syncs are seen before they enter the kernel. One that waits there
// keeps all others from writing to the file, which no file system need do.
func (p *workers) Sticks() bool { return p.NotSeen() == "" }

// Close ends all workers.
func (p *pool) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for w := range p.all {
		w.kill()
	}
	p.all, p.idle = nil, nil
}

// take returns a worker for a task that nobody else has, within the host's limits. Its
// caller gives it back or discards it.
func (p *workers) take(t task) *worker {
	p.limits.check()
	w := p.resting(t)
	if w == nil {
		var err error
		if w, err = p.start(t, p.limits.Done); err != nil {
			panic(environment{fmt.Errorf("engine %s: %w", p.factory.Name, err)})
		}
	}
	w.process.SetHangAfter(p.limits.HangAfter)
	return w
}

// resting returns an idle worker for a task, nil if there is none.
func (p *workers) resting(t task) *worker {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, w := range slices.Backward(p.idle) {
		if w.task == t {
			p.idle = slices.Delete(p.idle, i, i+1)
			w.bind(p.limits.Done)
			return w
		}
	}
	return nil
}

func (p *pool) give(w *worker) {
	if !w.unbind() {
		p.discard(w)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, w)
}

// discard ends a worker that nobody should use again, once.
func (p *pool) discard(w *worker) {
	p.mu.Lock()
	lives := p.all[w]
	delete(p.all, w)
	p.mu.Unlock()
	if lives {
		w.kill()
	}
}

// start starts a process for a task and waits until it has set up its sandbox and said
// hello. The worker is bound to done.
func (p *pool) start(t task, done <-chan struct{}) (*worker, error) {
	cmd, err := command(p.factory, p.options)
	if err != nil {
		return nil, err
	}
	stacks, theirs, err := stackAskerOf(p.factory, cmd)
	if err != nil {
		return nil, err
	}
	defer theirs.Close()
	prepared, err := sandbox.Prepare(cmd)
	if err != nil {
		stacks.close()
		return nil, err
	}
	if t == recording {
		prepared.WatchSyncs()
	}
	w := &worker{task: t, disks: p.options.Disks, stacks: stacks}
	w.process, err = hosted.Start(cmd, hosted.Options{HangAfter: p.options.HangAfter, FileCalls: w.fileCalls})
	if err != nil {
		stacks.close()
		return nil, prepared.Abort(err)
	}
	w.conn = w.process.Conn()
	w.bind(done)
	if err := w.enter(prepared, p.options); err != nil {
		w.kill()
		if (Limits{Done: done}).over() {
			return nil, ErrOutOfTime
		}
		if errors.Is(err, sandbox.ErrUnavailable) {
			return nil, err
		}
		return nil, withLog(err, w.process.Log())
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all[w] = true
	if why := w.sandbox.SyncsUnseen; why != "" {
		p.notSeen = "syncfs and sync are NOT SEEN, and no sync can be held: " + why
	}
	return w, nil
}

// previewsMax is how many previews are under way in one worker: four times what goes
// there in one write, so that it has some while this process takes the answers to others.
const previewsMax = 32
