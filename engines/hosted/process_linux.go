package hosted

import (
	"cmp"
	"errors"
	"fmt"
	"os/exec"
	"sync"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/internal/watch"
)

// Options say how a worker is watched.
type Options struct {
	// HangAfter is the longest that one request may take; 0 means 30 s. Time does not
	// count while the worker wants a processor and has none, up to ten times as much, nor
	// time that it sleeps while FileCalls goes up.
	HangAfter time.Duration
	// FileCalls, if somebody serves the worker's files, returns how many of its calls
	// were answered. Any goroutine may call it.
	FileCalls func() uint64
	// LogBytesMax is how much of the end of stderr is kept; 0 means 64 KiB.
	LogBytesMax int
}

// Process is a worker process. Any goroutine may use it. The caller of Start calls
// Kill or Close, also after a Failure: only then are its descriptors closed.
//
// Two goroutines belong to it until it is dead. One started it and waits for it,
// locked to its thread, so that SysProcAttr.Pdeathsig follows the end of this
// process and not of some thread; one reads stderr.
type Process struct {
	worker  *worker
	conn    *Conn
	release sync.Once
}

// Start starts cmd as a worker, with its stdin, stdout and stderr, which must be
// unset, connected to the Process. An error says that it could not be started.
//
// If cmd.SysProcAttr puts the worker in a process group or session of its own,
// what is left of the group is killed when the worker is dead.
func Start(cmd *exec.Cmd, o Options) (*Process, error) {
	if cmd.Stdin != nil || cmd.Stdout != nil || cmd.Stderr != nil {
		return nil, errors.New("hosted: start: got a command with stdin, stdout or stderr, want them unset")
	}
	pipes, err := newPipes()
	if err != nil {
		return nil, fmt.Errorf("hosted: start: %w", err)
	}
	w := &worker{
		cmd: cmd, pipes: pipes,
		fileCalls: o.FileCalls,
		log:       &logTail{bytesMax: cmp.Or(o.LogBytesMax, 64<<10)},
		dead:      make(chan struct{}), logDone: make(chan struct{}),
		hanging: make(chan struct{}), hung: make(chan struct{}),
	}
	w.setHangAfter(o.HangAfter)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = pipes.childIn, pipes.childOut, pipes.childErr
	started := make(chan error)
	go w.live(started)
	if err := <-started; err != nil {
		pipes.closeAll()
		return nil, fmt.Errorf("hosted: start: %w", err)
	}
	conn := NewConn(newPipeReader(pipes.out, pipes.dead), newPipeWriter(pipes.in, pipes.dead))
	conn.watchdog = w
	go w.readLog()
	return &Process{worker: w, conn: conn}, nil
}

// Conn returns the Conn to the worker.
func (p *Process) Conn() *Conn { return p.conn }

// Pid returns the worker's process id.
func (p *Process) Pid() int { return p.worker.pid() }

// Usage returns what the worker and the processes that it started have had so far, and the
// file-system calls that Options.FileCalls counts. It may be called from any goroutine.
func (p *Process) Usage() watch.Usage { return p.worker.usage() }

// Log returns the end of what the worker wrote to stderr so far.
func (p *Process) Log() string { return p.worker.log.String() }

// Alive reports whether the worker still runs.
func (p *Process) Alive() bool { return p.worker.alive() }

// SetHangAfter changes Options.HangAfter for the waits that begin from now on.
func (p *Process) SetHangAfter(limit time.Duration) { p.worker.setHangAfter(limit) }

// Abandon kills the worker and does not wait for its end: calls that are in flight
// return a Failure soon.
func (p *Process) Abandon() { _ = p.worker.cmd.Process.Kill() }

// Kill kills the worker and returns when it is dead and nothing of it is left;
// calls that are in flight return a Failure. A worker that is dead already is no
// error. An error says that the kernel does not let it die.
func (p *Process) Kill() error {
	_ = p.conn.fail(&Failure{Manner: engines.MannerSignal, Text: "killed from this side"}, false)
	err := p.worker.kill()
	p.release.Do(p.free)
	return err
}

// Close ends the worker as the protocol says: calls that are in flight are waited
// for, stdin is closed, and the worker is given HangAfter to exit. The error is a
// *Failure if it does not exit in time with status 0 or writes more, and then it
// was killed; or if it had failed before. A second Close, or one after Kill,
// returns nil.
func (p *Process) Close() error {
	var err error
	p.release.Do(func() {
		err = p.conn.end(p.worker.pipes.closeIn)
		if err == nil && !p.worker.exitsWell() {
			err = p.conn.ended("stdin ended, want exit status 0")
		}
		_ = p.conn.fail(&Failure{Manner: engines.MannerExit, Text: "closed from this side"}, false)
		if killErr := p.worker.kill(); err == nil {
			err = killErr
		}
		p.free()
	})
	return err
}

// free gives back the descriptors, once nobody uses them.
func (p *Process) free() {
	<-p.worker.logDone
	defer p.conn.lock(false).Unlock()
	p.worker.pipes.closeAll()
}
