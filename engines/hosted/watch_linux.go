package hosted

import (
	"fmt"
	"syscall"
	"time"
	"unsafe"
)

// watch ends the worker as one that hangs, unless the timer is stopped before
// HangAfter has passed.
func (p *Process) watch(op string) *time.Timer {
	return time.AfterFunc(p.options.HangAfter, func() { p.hang(op) })
}

// hang ends a worker that did not answer, with time to write its stacks: a Go
// program does so on SIGQUIT.
func (p *Process) hang(op string) {
	p.hangOnce.Do(func() {
		if !p.Alive() {
			return // it is an exit that nobody has read of yet
		}
		p.hungOp = op
		close(p.hanging)
		defer close(p.hung)
		_ = p.cmd.Process.Signal(syscall.SIGQUIT)
		if !within(dumpMax, p.dead) {
			_ = p.kill()
		}
	})
}

func (p *Process) isHanging() bool {
	select {
	case <-p.hanging:
		return true
	default:
		return false
	}
}

// finish ends the worker and says in f how it ended, if it did so by itself.
func (p *Process) finish(f *Failure, ended bool) {
	exited := !ended || within(exitMax, p.dead)
	switch {
	case p.isHanging():
		<-p.hung
		f.Manner = MannerHang
		f.Text = fmt.Sprintf("got no answer to %s within %v, want one; it was sent SIGQUIT and killed", p.hungOp, p.options.HangAfter)
	case ended && exited:
		p.tellEnd(f)
	case ended:
		f.Manner = MannerGarbage
		f.Text = fmt.Sprintf("closed its output or input and went on for %v: %s", exitMax, f.Text)
	}
	if err := p.kill(); err != nil {
		f.Text += "; " + err.Error()
	}
	<-p.logDone
	f.Log = p.Log()
}

// tellEnd says in f how the worker ended, which is dead.
func (p *Process) tellEnd(f *Failure) {
	status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	switch {
	case ok && status.Signaled():
		f.Manner = MannerSignal
		f.Text = fmt.Sprintf("ended by %s: %s", signalName(status.Signal()), f.Text)
	default:
		f.Manner = MannerExit
		f.Text = fmt.Sprintf("exited with status %d: %s", p.cmd.ProcessState.ExitCode(), f.Text)
	}
}

// signalName returns the name by which manuals know s.
func signalName(s syscall.Signal) string {
	names := map[syscall.Signal]string{
		syscall.SIGHUP: "SIGHUP", syscall.SIGINT: "SIGINT", syscall.SIGQUIT: "SIGQUIT", syscall.SIGILL: "SIGILL",
		syscall.SIGTRAP: "SIGTRAP", syscall.SIGABRT: "SIGABRT", syscall.SIGBUS: "SIGBUS", syscall.SIGFPE: "SIGFPE",
		syscall.SIGKILL: "SIGKILL", syscall.SIGSEGV: "SIGSEGV", syscall.SIGPIPE: "SIGPIPE", syscall.SIGALRM: "SIGALRM",
		syscall.SIGTERM: "SIGTERM", syscall.SIGXCPU: "SIGXCPU", syscall.SIGXFSZ: "SIGXFSZ", syscall.SIGSYS: "SIGSYS",
	}
	if name, ok := names[s]; ok {
		return name
	}
	return fmt.Sprintf("signal %d (%v)", int(s), s)
}

// leadsGroup tells whether a process started with attr leads a process group.
func leadsGroup(attr *syscall.SysProcAttr) bool {
	return attr != nil && (attr.Setsid || attr.Setpgid && attr.Pgid == 0)
}

// endGroup waits until the leader of a process group is dead and kills the rest of
// the group. The leader was not waited for yet, so the number is still its own.
func endGroup(leader int) {
	const (
		byPID  = 1       // P_PID
		exited = 0x4     // WEXITED
		leave  = 1 << 24 // WNOWAIT
	)
	var info [128]byte // siginfo_t
	for {
		_, _, errno := syscall.Syscall6(syscall.SYS_WAITID, byPID, uintptr(leader),
			uintptr(unsafe.Pointer(&info[0])), exited|leave, 0, 0)
		if errno != syscall.EINTR {
			break
		}
	}
	_ = syscall.Kill(-leader, syscall.SIGKILL)
}
