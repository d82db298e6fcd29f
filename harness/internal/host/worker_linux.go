package host

import (
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

	"github.com/ackproof/ackproof/engines/hosted"
	"github.com/ackproof/ackproof/faultfs/fusefs"
	"github.com/ackproof/ackproof/faultfs/sandbox"
	"github.com/ackproof/ackproof/harness/subject"
)

// task is what a worker is for.
type task uint8

const (
	// recording is to run an engine on a disk: its calls that sync are watched.
	recording task = iota
	// recovering is to run it in directories backed by memory, where each watched call would
	// take as long as ten that are not.
	recovering
)

// worker is a process that runs engines, one at a time, and what it shares with
// this one.
type worker struct {
	task    task
	disks   []string // of images
	process *hosted.Process
	conn    *hosted.Conn
	stacks  *stackAsker
	sandbox *sandbox.Sandbox
	root    *os.Root // of the sandbox's memory-backed directory
	server  *fusefs.Server
	syncs   *sandbox.Syncs // nil if they are not watched
	hello   hosted.Hello
	own     []int // child processes that the worker had when it said hello
	// temporary are the temporary files that it had then.
	temporary []string
	// shown are directories that are opened read-only, scratch those that engines
	// recover in.
	shown, scratch ring
	panics         int
	recoveries     int
	// takenBytesMax is the most memory that the files of one recovery took.
	takenBytesMax int64
	// unbind ends what bind began.
	unbind func() (bound bool)
}

// fileCalls returns how many calls of the worker were answered on disks.
func (w *worker) fileCalls() uint64 { return w.server.Calls() }

// bind lets the worker end when done is closed, until it is unbound.
func (w *worker) bind(done <-chan struct{}) {
	stop := whenDone(done, w.process.Abandon)
	w.unbind = sync.OnceValue(stop)
}

func (w *worker) enter(prepared *sandbox.Prepared, o Options) (err error) {
	if w.sandbox, err = prepared.Receive(enterWithin); err != nil {
		return err
	}
	if w.server, err = fusefs.Serve(w.sandbox.Device, fusefs.Options{WritebackEvery: o.Writeback}); err != nil {
		return err
	}
	if w.task == recording && w.sandbox.SyncsUnseen == "" {
		if w.syncs, err = w.sandbox.ServeSyncs(w.server); err != nil {
			return err
		}
	}
	if w.root, err = w.sandbox.Root(); err != nil {
		return err
	}
	shelves := func(name, seen string) func(i int) *shelf {
		return func(i int) *shelf {
			return &shelf{root: w.root, fd: int(w.sandbox.Files.Fd()), prefix: fmt.Sprintf("%s%d.", name, i), seen: seen}
		}
	}
	w.shown = newRing(o.PreviewsMax, shelves("shown", w.sandbox.ReadOnlyDir))
	w.scratch = newRing(o.PreviewsMax, shelves("scratch", w.sandbox.FilesDir))
	if w.hello, err = w.conn.Hello(); err != nil {
		return fmt.Errorf("start a worker: %w", err)
	}
	w.own, _ = hosted.Children(w.process.Pid()) // none, if that is not known
	w.temporary = namesSeenBy(w.process.Pid(), w.sandbox.TempDir)
	return nil
}

// left returns what an engine that was closed left in the process, of the disk and beside it.
func (w *worker) left(disk string) []string {
	dir, pid := w.sandbox.DiskDir+"/"+disk, w.process.Pid()
	return slices.Concat(openWords(openedIn(pid, dir)), mappedWords(pid, dir), w.stacks.goroutines(), w.temporaryWords())
}

// temporaryWords counts the temporary files that the worker did not have when it said hello,
// and those that are open, which may have no name. Names are drawn, and would make of each a
// cause of its own.
func (w *worker) temporaryWords() (out []string) {
	dir, pid := w.sandbox.TempDir, w.process.Pid()
	made := slices.DeleteFunc(namesSeenBy(pid, dir), func(name string) bool { return slices.Contains(w.temporary, name) })
	if n := len(made); n > 0 {
		out = append(out, fmt.Sprintf("temporary files are there: %d", n))
	}
	if n := len(openedIn(pid, dir)); n > 0 {
		out = append(out, fmt.Sprintf("temporary files are open: %d", n))
	}
	return out
}

// kill ends the process and all that belongs to it. What it has mapped is written
// back to its disk before.
func (w *worker) kill() {
	w.unbind()
	_ = w.process.Kill() // it may have ended already
	w.stacks.close()
	if w.root != nil {
		w.shown.close()
		w.scratch.close()
		_ = w.root.Close()
	}
	if w.syncs != nil {
		w.syncs.Close()
	}
	if w.server != nil {
		_ = w.server.Close()
	}
	if w.sandbox != nil {
		_ = w.sandbox.Close()
	}
}

// enterWithin is how long a process may take to enter its sandbox: a test binary
// first runs what comes before harness.Main.
const enterWithin = 20 * time.Second

// withLog adds what a process that did not become a worker wrote.
func withLog(err error, log string) error {
	if log = strings.TrimSpace(log); log != "" {
		return fmt.Errorf("%w\nits log ends with:\n%s", err, log)
	}
	return err
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

// failureIn returns the worker's failure in err, nil for none; another error is
// the environment's. At the end of time the worker was ended, which is not its failure.
func (l Limits) failureIn(err error) *hosted.Failure {
	var failure *hosted.Failure
	if err != nil {
		l.check()
	}
	if err != nil && !errors.As(err, &failure) {
		panic(environment{err})
	}
	return failure
}

// can reports whether the worker answers an operation of the harness.
func (w *worker) can(op string) bool { return slices.Contains(w.hello.Ops, op) }

// command returns the command that starts a worker for the factory: this program again.
func command(f subject.Factory, o Options) (*exec.Cmd, error) {
	if !mainCalled {
		return nil, errNoMain
	}
	cmd := exec.Command("/proc/self/exe")
	cmd.Args[0] = os.Args[0]
	cmd.Env = os.Environ()
	switch {
	case f.Program != nil:
		argv := slices.Clone(f.Program)
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
	case o.Test != "":
		cmd.Args = append(cmd.Args, "-test.run="+testPattern(o.Test), "-test.count=1", "-test.timeout=0")
		cmd.Env = append(cmd.Env, testVariable+"="+o.Test)
	}
	cmd.Env = append(cmd.Env, workerVariable+"="+f.Name, disksVariable+"="+strings.Join(o.Disks, ":"))
	return cmd, nil
}

// stackAskerOf returns how to ask the worker that cmd starts for stacks, which only
// Go can tell, and the worker's end of that.
func stackAskerOf(f subject.Factory, cmd *exec.Cmd) (*stackAsker, *os.File, error) {
	if f.Program != nil {
		return &stackAsker{}, nil, nil
	}
	return newStackAsker(cmd)
}
