package harness

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/hosted"
	"github.com/ackproof/ackproof/faultfs/fusefs"
	"github.com/ackproof/ackproof/faultfs/sandbox"
)

// workers is a pool of processes that run the engines of one factory, each in a
// sandbox of its own. It is safe for concurrent use.
type workers struct {
	factory   engines.Factory
	hangAfter time.Duration
	writeback time.Duration
	test      string
	looks     int // how many may be under way in one worker

	mu   sync.Mutex
	idle []*worker
	all  map[*worker]bool
}

// host sets up what the engine's code needs to run, and returns how to end it.
func (c *Config) host(f engines.Factory) (stop func(), err error) {
	if f.Needs != engines.NeedsDir {
		return func() {}, nil
	}
	if c.workers, err = newWorkers(f, *c); err != nil {
		return nil, err
	}
	return c.workers.close, nil
}

// newWorkers returns a pool with one worker, so that it is known that workers can
// be had.
func newWorkers(f engines.Factory, c Config) (*workers, error) {
	p := &workers{factory: f, hangAfter: c.HangAfter, writeback: c.Writeback, test: c.test, looks: cmp.Or(c.looks, looksMax), all: map[*worker]bool{}}
	w, err := p.start()
	if errors.Is(err, sandbox.ErrUnavailable) {
		return nil, fmt.Errorf("engine %s %w: %w", f.Name, ErrNotRun, err)
	}
	if err != nil {
		return nil, fmt.Errorf("engine %s: %w", f.Name, err)
	}
	p.give(w)
	return p, nil
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

// close ends all workers.
func (p *workers) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for w := range p.all {
		w.kill()
	}
	p.all, p.idle = nil, nil
}

// start starts a process and waits until it has set up its sandbox and said
// hello.
func (p *workers) start() (*worker, error) {
	cmd, err := p.command()
	if err != nil {
		return nil, err
	}
	stacks, theirs, err := p.stackAsker(cmd)
	if err != nil {
		return nil, err
	}
	defer theirs.Close()
	prepared, err := sandbox.Prepare(cmd)
	if err != nil {
		stacks.close()
		return nil, err
	}
	process, err := hosted.Start(cmd, hosted.Options{HangAfter: p.hangAfter})
	if err != nil {
		stacks.close()
		return nil, prepared.Abort(err)
	}
	w := &worker{process: process, conn: process.Conn(), stacks: stacks}
	if err := w.enter(prepared, p); err != nil {
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

// stackAsker returns how to ask the worker that cmd starts for stacks, which only
// Go can tell, and the worker's end of that.
func (p *workers) stackAsker(cmd *exec.Cmd) (*stackAsker, *os.File, error) {
	if p.factory.Program != nil {
		return &stackAsker{}, nil, nil
	}
	return newStackAsker(cmd)
}

// withLog adds what a process that did not become a worker wrote.
func withLog(err error, log string) error {
	if log = strings.TrimSpace(log); log != "" {
		return fmt.Errorf("%w\nits log ends with:\n%s", err, log)
	}
	return err
}

// worker is a process that runs engines, one at a time, and what it shares with
// this one.
type worker struct {
	process *hosted.Process
	conn    *hosted.Conn
	stacks  *stackAsker
	sandbox *sandbox.Sandbox
	root    *os.Root // of the sandbox's memory-backed directory
	server  *fusefs.Server
	hello   hosted.Hello
	own     []int // child processes that the worker had when it said hello
	// shown are directories that are opened read-only, scratch those that engines
	// recover in.
	shown, scratch ring
	panics         int
	recoveries     int
}

// enterWithin is how long a process may take to enter its sandbox: a test binary
// first runs what comes before harness.Main.
const enterWithin = 20 * time.Second

func (w *worker) enter(prepared *sandbox.Prepared, p *workers) (err error) {
	if w.sandbox, err = prepared.Receive(enterWithin); err != nil {
		return err
	}
	if w.server, err = fusefs.Serve(w.sandbox.Device, fusefs.Options{WritebackEvery: p.writeback}); err != nil {
		return err
	}
	if w.root, err = w.sandbox.Root(); err != nil {
		return err
	}
	files := int(w.sandbox.Files.Fd())
	w.shown = newRing(p.looks, func(i int) *workspace {
		return newWorkspace(w.root, files, fmt.Sprintf("shown%d.", i), w.sandbox.ReadOnlyDir)
	})
	w.scratch = newRing(p.looks, func(i int) *workspace {
		return newWorkspace(w.root, files, fmt.Sprintf("scratch%d.", i), w.sandbox.FilesDir)
	})
	if w.hello, err = w.conn.Hello(); err != nil {
		return fmt.Errorf("start a worker: %w", err)
	}
	w.own, _ = hosted.Children(w.process.Pid()) // none, if that is not known
	return nil
}

// kill ends the process and all that belongs to it. What it has mapped is written
// back to its disk before.
func (w *worker) kill() {
	_ = w.process.Kill() // it may have ended already
	w.stacks.close()
	if w.root != nil {
		w.shown.close()
		w.scratch.close()
		_ = w.root.Close()
	}
	if w.server != nil {
		_ = w.server.Close()
	}
	if w.sandbox != nil {
		_ = w.sandbox.Close()
	}
}

// command returns the command that starts a worker: this program again.
func (p *workers) command() (*exec.Cmd, error) {
	if !mainCalled {
		return nil, errNoMain
	}
	cmd := exec.Command("/proc/self/exe")
	cmd.Args[0] = os.Args[0]
	cmd.Env = os.Environ()
	switch {
	case p.factory.Program != nil:
		argv := slices.Clone(p.factory.Program)
		var err error
		if argv[0], err = exec.LookPath(argv[0]); err != nil {
			return nil, err
		}
		text, err := json.Marshal(argv)
		if err != nil {
			return nil, err
		}
		cmd.Env = append(cmd.Env, programVariable+"="+string(text))
		return cmd, nil
	case p.test != "":
		cmd.Args = append(cmd.Args, "-test.run="+testPattern(p.test), "-test.count=1", "-test.timeout=0")
		cmd.Env = append(cmd.Env, testVariable+"="+p.test)
	}
	cmd.Env = append(cmd.Env, workerVariable+"="+p.factory.Name)
	return cmd, nil
}

var errNoMain = errors.New("this engine needs a real directory, so this program must be able to start itself again as a worker: " +
	"add func TestMain(m *testing.M) { harness.Main(m) }, or call harness.Worker first in main")

// testPattern returns the pattern that runs one test and no other.
func testPattern(test string) string {
	parts := strings.Split(test, "/")
	for i, part := range parts {
		parts[i] = "^" + regexp.QuoteMeta(part) + "$"
	}
	return strings.Join(parts, "/")
}
