package hosted

import (
	"cmp"
	"sync"
	"syscall"
	"time"

	"github.com/ackproof/ackproof/internal/watch"
)

// wait is a wait for an answer, which ends a worker that hangs meanwhile. It is used
// for one wait after the other, so that a call allocates nothing for it: a look that
// comes too late for its own wait makes the next one a step shorter, no more.
type wait struct {
	worker *worker
	timer  *time.Timer // of looks

	mu    sync.Mutex
	op    string
	limit time.Duration
	clock *watch.Clock // nil before the first look
	ended bool
}

// watch begins a wait for the answer to op, within the limit as it is now.
func (w *worker) watch(op string) stopper {
	x, _ := w.waits.Get().(*wait)
	if x == nil {
		x = &wait{worker: w}
		x.timer = time.AfterFunc(time.Hour, x.look) // it is set below
	}
	x.begin(op, time.Duration(w.hangAfter.Load()))
	return x
}

func (x *wait) begin(op string, limit time.Duration) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.op, x.limit, x.clock, x.ended = op, limit, nil, false
	x.timer.Reset(watch.StepOf(limit))
}

func (x *wait) stop() {
	x.end()
	x.worker.waits.Put(x)
}

func (x *wait) end() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.ended = true
	x.timer.Stop()
}

// look ends the worker if it hangs, and looks again later if not.
func (x *wait) look() {
	x.mu.Lock()
	op, limit, hangs := x.op, x.limit, x.hangs()
	x.mu.Unlock()
	if hangs {
		x.worker.hang(op, limit)
	}
}

// hangs is called with mu held.
func (x *wait) hangs() bool {
	if x.ended {
		return false
	}
	if x.clock == nil {
		x.clock = watch.NewClock(x.limit, x.worker.usage)
	}
	if x.clock.Tick() {
		return true
	}
	x.timer.Reset(watch.StepOf(x.limit))
	return false
}

// dumpMax is what a worker is given to write its stacks before it is killed.
const dumpMax = 500 * time.Millisecond

// hang ends a worker that did not answer, with time to write its stacks: a Go
// program does so on SIGQUIT.
func (w *worker) hang(op string, limit time.Duration) {
	w.hangOnce.Do(func() {
		if !w.alive() {
			return // it is an exit that nobody has read of yet
		}
		w.hungOp, w.hungAfter = op, limit
		close(w.hanging)
		defer close(w.hung)
		_ = w.cmd.Process.Signal(syscall.SIGQUIT)
		if !within(dumpMax, w.dead) {
			_ = w.kill()
		}
	})
}

func (w *worker) isHanging() bool {
	select {
	case <-w.hanging:
		return true
	default:
		return false
	}
}

func (w *worker) setHangAfter(limit time.Duration) {
	w.hangAfter.Store(int64(cmp.Or(limit, 30*time.Second)))
}

// usage returns what the worker and the processes that it started have had.
func (w *worker) usage() watch.Usage {
	sum := usageOfTree(w.pid())
	if w.fileCalls != nil {
		sum.Calls = w.fileCalls()
	}
	return sum
}

func usageOfTree(pid int) watch.Usage {
	sum := watch.Of(pid)
	children, _ := Children(pid) // none, where the kernel does not tell
	for _, child := range children {
		sum = sum.Plus(usageOfTree(child))
	}
	return sum
}
