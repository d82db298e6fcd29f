package hosted

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// deathMax is how long a killed process may take to die: the kernel may have to
// finish what it does for it.
const deathMax = 10 * time.Second

// worker is a process that is watched.
type worker struct {
	cmd       *exec.Cmd
	hangAfter atomic.Int64 // a time.Duration
	fileCalls func() uint64
	waits     sync.Pool // of waits that have ended
	pipes     *pipes
	log       *logTail

	// dead is closed once the process was waited for, and waitErr is then set.
	dead    chan struct{}
	waitErr error
	logDone chan struct{}

	// hanging is closed when a request took too long, which hungOp names, and hung
	// once the worker was killed for it.
	hangOnce  sync.Once
	hungOp    string
	hungAfter time.Duration
	hanging   chan struct{}
	hung      chan struct{}
}

// live starts the process and waits for its end.
func (w *worker) live(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := w.cmd.Start()
	if err == nil {
		w.pipes.closeChildEnds()
	}
	started <- err
	if err != nil {
		return
	}
	if leadsGroup(w.cmd.SysProcAttr) {
		endGroup(w.pid())
	}
	w.waitErr = w.cmd.Wait()
	close(w.dead)
	w.pipes.sayDead()
}

// readLog keeps the end of stderr, until that ends or the process is dead.
func (w *worker) readLog() {
	defer close(w.logDone)
	r := newPipeReader(w.pipes.err, w.pipes.dead)
	for buf := make([]byte, 16<<10); ; {
		n, err := r.Read(buf)
		w.log.add(buf[:n])
		if err != nil {
			return
		}
	}
}

// alive reports whether the worker still runs.
func (w *worker) alive() bool {
	select {
	case <-w.dead:
		return false
	default:
		return true
	}
}

// pid returns the worker's process id.
func (w *worker) pid() int { return w.cmd.Process.Pid }

// kill kills the process and waits for its death.
func (w *worker) kill() error {
	if !w.alive() {
		return nil
	}
	if err := w.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("hosted: kill worker %d: %w", w.pid(), err)
	}
	if !within(deathMax, w.dead) {
		w.pipes.sayDead() // so that nobody waits for its output
		return fmt.Errorf("hosted: kill worker %d: it still lives after %v, want it dead: see /proc/%d/stack", w.pid(), deathMax, w.pid())
	}
	return nil
}

// leadsGroup reports whether a process started with attr leads a process group.
func leadsGroup(attr *syscall.SysProcAttr) bool {
	return attr != nil && (attr.Setsid || attr.Setpgid && attr.Pgid == 0)
}

// endGroup waits until the leader of a process group is dead and kills the rest of
// the group. The leader was not waited for yet, so the number is still its own.
func endGroup(leader int) {
	_, _ = ignoringEINTR(func() (int, error) {
		return 0, unix.Waitid(unix.P_PID, leader, nil, unix.WEXITED|unix.WNOWAIT, nil)
	})
	_ = syscall.Kill(-leader, syscall.SIGKILL)
}
