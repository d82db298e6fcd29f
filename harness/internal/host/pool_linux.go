package host

import (
	"cmp"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/hosted"
	"github.com/ackproof/ackproof/faultfs/sandbox"
)

// workers is a host of processes that run the engines of one factory, each in a
// sandbox of its own.
type workers struct {
	factory engines.Factory
	options Options

	mu   sync.Mutex
	idle []*worker
	all  map[*worker]bool
}

// newWorkers returns a host with one worker, so that it is known that workers can be
// had.
func newWorkers(f engines.Factory, o Options) (Host, error) {
	o.PreviewsMax = cmp.Or(o.PreviewsMax, previewsMax)
	p := &workers{factory: f, options: o, all: map[*worker]bool{}}
	w, err := p.start()
	if errors.Is(err, sandbox.ErrUnavailable) {
		return nil, notRun(f, err)
	}
	if err != nil {
		return nil, fmt.Errorf("engine %s: %w", f.Name, err)
	}
	p.give(w)
	return p, nil
}

// Within returns p: its workers are watched by those who started them.
func (p *workers) Within(time.Duration) Host { return p }

// With cannot change what workers run.
func (p *workers) With(func(engines.Factory) engines.Factory) (Host, bool) { return nil, false }

// Close ends all workers.
func (p *workers) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for w := range p.all {
		w.kill()
	}
	p.all, p.idle = nil, nil
}

// take returns a worker that nobody else has. Its caller gives it back or
// discards it.
func (p *workers) take() *worker {
	p.mu.Lock()
	if n := len(p.idle); n > 0 {
		w := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		return w
	}
	p.mu.Unlock()
	w, err := p.start()
	if err != nil {
		panic(environment{fmt.Errorf("engine %s: %w", p.factory.Name, err)})
	}
	return w
}

func (p *workers) give(w *worker) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, w)
}

// discard ends a worker that nobody should use again.
func (p *workers) discard(w *worker) {
	p.mu.Lock()
	delete(p.all, w)
	p.mu.Unlock()
	w.kill()
}

// start starts a process and waits until it has set up its sandbox and said
// hello.
func (p *workers) start() (*worker, error) {
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
	process, err := hosted.Start(cmd, hosted.Options{HangAfter: p.options.HangAfter})
	if err != nil {
		stacks.close()
		return nil, prepared.Abort(err)
	}
	w := &worker{process: process, conn: process.Conn(), stacks: stacks}
	if err := w.enter(prepared, p.options); err != nil {
		w.kill()
		if errors.Is(err, sandbox.ErrUnavailable) {
			return nil, err
		}
		return nil, withLog(err, process.Log())
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all[w] = true
	return w, nil
}

// previewsMax is how many previews are under way in one worker: four times what goes
// there in one write, so that it has some while this process takes the answers to others.
const previewsMax = 32
