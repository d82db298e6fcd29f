package hosted

import (
	"cmp"
	"fmt"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ackproof/ackproof/engines"
)

// exitMax is what a worker is given to exit once it has closed its output.
const exitMax = time.Second

// exitsWell waits for the exit of a worker whose output has ended, and reports
// whether it came in time and with status 0.
func (w *worker) exitsWell() bool {
	wait := w.watch("the end of stdin")
	select {
	case <-w.dead:
	case <-w.hung:
	}
	wait.stop()
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
		f.Text = endedBy + fmt.Sprintf("%s: %s", signalName(status.Signal()), f.Text)
	default:
		f.Manner = engines.MannerExit
		f.Text = fmt.Sprintf("exited with status %d: %s", w.cmd.ProcessState.ExitCode(), f.Text)
	}
}

// signalName returns the name by which manuals know s.
func signalName(s syscall.Signal) string {
	return cmp.Or(unix.SignalName(s), fmt.Sprintf("signal %d", int(s)))
}
