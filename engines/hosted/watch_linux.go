package hosted

import (
	"cmp"
	"fmt"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ackproof/ackproof/engines"
)

const (
	// dumpMax is what a worker is given to write its stacks before it is killed.
	dumpMax = 500 * time.Millisecond
	// exitMax is what a worker is given to exit once it has closed its output.
	exitMax = time.Second
)

// watch ends the worker as one that hangs, unless the timer is stopped before
// HangAfter has passed.
func (w *worker) watch(op string) *time.Timer {
	limit := time.Duration(w.hangAfter.Load())
	return time.AfterFunc(limit, func() { w.hang(op, limit) })
}

func (w *worker) setHangAfter(limit time.Duration) {
	w.hangAfter.Store(int64(cmp.Or(limit, 30*time.Second)))
}

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

// exitsWell waits for the exit of a worker whose output has ended, and reports
// whether it came in time and with status 0.
func (w *worker) exitsWell() bool {
	timer := w.watch("the end of stdin")
	select {
	case <-w.dead:
	case <-w.hung:
	}
	timer.Stop()
	return w.waitErr == nil && !w.isHanging()
}

// finish ends the worker and says in f how it ended, if it did so by itself.
func (w *worker) finish(f *Failure, ended bool) {
	exited := !ended || within(exitMax, w.dead)
	switch {
	case w.isHanging():
		<-w.hung
		f.Manner = engines.MannerHang
		f.Text = fmt.Sprintf("got no answer to %s within %v, want one; it was sent SIGQUIT and killed", w.hungOp, w.hungAfter)
	case ended && exited:
		w.describeEnd(f)
	case ended:
		f.Manner = engines.MannerGarbage
		f.Text = fmt.Sprintf("closed its output or input and went on for %v: %s", exitMax, f.Text)
	}
	if err := w.kill(); err != nil {
		f.Text += "; " + err.Error()
	}
	<-w.logDone
	f.Log = w.log.String()
}

// describeEnd says in f how the worker, which is dead, ended.
func (w *worker) describeEnd(f *Failure) {
	status, ok := w.cmd.ProcessState.Sys().(syscall.WaitStatus)
	switch {
	case ok && status.Signaled():
		f.Manner = engines.MannerSignal
		f.Text = fmt.Sprintf("ended by %s: %s", signalName(status.Signal()), f.Text)
	default:
		f.Manner = engines.MannerExit
		f.Text = fmt.Sprintf("exited with status %d: %s", w.cmd.ProcessState.ExitCode(), f.Text)
	}
}

// signalName returns the name by which manuals know s.
func signalName(s syscall.Signal) string {
	return cmp.Or(unix.SignalName(s), fmt.Sprintf("signal %d", int(s)))
}
