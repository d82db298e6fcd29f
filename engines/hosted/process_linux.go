package hosted

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"time"
)

const (
	// dumpMax is what a worker is given to write its stacks before it is killed.
	dumpMax = 500 * time.Millisecond
	// exitMax is what a worker is given to exit once it has closed its output.
	exitMax = time.Second
	// deathMax is how long a killed process may take to die: the kernel may have to
	// finish what it does for it.
	deathMax = 10 * time.Second
)

// Options say how a worker is watched.
type Options struct {
	// HangAfter is the longest that one request may take; 0 means 30 s.
	HangAfter time.Duration
	// LogBytesMax is how much of the end of stderr is kept; 0 means 64 KiB.
	LogBytesMax int
}

// Process is a worker process. Any goroutine may use it. Whoever started it calls
// Kill or Close, also after a Failure: only then are its descriptors closed.
//
// Two goroutines belong to it until it is dead. One started it and waits for it,
// locked to its thread, so that SysProcAttr.Pdeathsig tells of the end of this
// process and not of some thread; one reads stderr.
type Process struct {
	cmd     *exec.Cmd
	options Options
	conn    *Conn
	pipes   *pipes
	log     *logTail

	// dead is closed once the process was waited for, and waitErr is then set.
	dead    chan struct{}
	waitErr error
	logDone chan struct{}

	// hanging is closed when a request took too long, which hungOp names, and hung
	// once the worker was killed for it.
	hangOnce sync.Once
	hungOp   string
	hanging  chan struct{}
	hung     chan struct{}

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
	if o.HangAfter == 0 {
		o.HangAfter = 30 * time.Second
	}
	if o.LogBytesMax == 0 {
		o.LogBytesMax = 64 << 10
	}
	pipes, err := newPipes()
	if err != nil {
		return nil, fmt.Errorf("hosted: start: %w", err)
	}
	p := &Process{
		cmd: cmd, options: o, pipes: pipes, log: &logTail{bytesMax: o.LogBytesMax},
		dead: make(chan struct{}), logDone: make(chan struct{}),
		hanging: make(chan struct{}), hung: make(chan struct{}),
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = pipes.childIn, pipes.childOut, pipes.childErr
	started := make(chan error)
	go p.live(started)
	if err := <-started; err != nil {
		pipes.closeAll()
		return nil, fmt.Errorf("hosted: start: %w", err)
	}
	p.conn = NewConn(newPipeReader(pipes.out, pipes.dead), newPipeWriter(pipes.in, pipes.dead))
	p.conn.keeper = p
	go p.readLog()
	return p, nil
}

// live starts the process and waits for its end.
func (p *Process) live(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := p.cmd.Start()
	if err == nil {
		p.pipes.closeChildEnds()
	}
	started <- err
	if err != nil {
		return
	}
	if leadsGroup(p.cmd.SysProcAttr) {
		endGroup(p.Pid())
	}
	p.waitErr = p.cmd.Wait()
	close(p.dead)
	p.pipes.sayDead()
}

// readLog keeps the end of stderr, until that ends or the process is dead.
func (p *Process) readLog() {
	defer close(p.logDone)
	r := newPipeReader(p.pipes.err, p.pipes.dead)
	for buf := make([]byte, 16<<10); ; {
		n, err := r.Read(buf)
		p.log.add(buf[:n])
		if err != nil {
			return
		}
	}
}

// Conn returns the Conn to the worker.
func (p *Process) Conn() *Conn { return p.conn }

// Pid returns the worker's process id.
func (p *Process) Pid() int { return p.cmd.Process.Pid }

// Log returns the end of what the worker wrote to stderr so far.
func (p *Process) Log() string { return p.log.String() }

// Alive tells whether the worker still runs.
func (p *Process) Alive() bool {
	select {
	case <-p.dead:
		return false
	default:
		return true
	}
}

// Kill kills the worker and returns when it is dead and nothing of it is left;
// calls that are in flight return a Failure. A worker that is dead already is no
// error. An error says that the kernel does not let it die.
func (p *Process) Kill() error {
	_ = p.conn.fail(&Failure{Manner: MannerSignal, Text: "killed from this side"}, false)
	err := p.kill()
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
		err = p.conn.end(func() { p.pipes.closeIn() })
		if err == nil {
			err = p.awaitExit()
		}
		_ = p.conn.fail(&Failure{Manner: MannerExit, Text: "closed from this side"}, false)
		if killErr := p.kill(); err == nil {
			err = killErr
		}
		p.free()
	})
	return err
}

// awaitExit waits for the exit of a worker whose output has ended.
func (p *Process) awaitExit() error {
	timer := p.watch("the end of stdin")
	select {
	case <-p.dead:
	case <-p.hung:
	}
	timer.Stop()
	if p.waitErr == nil && !p.isHanging() {
		return nil
	}
	return p.conn.fail(&Failure{Manner: MannerExit, Text: "stdin ended, want exit status 0"}, true)
}

// kill kills the process and waits for its death.
func (p *Process) kill() error {
	if !p.Alive() {
		return nil
	}
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("hosted: kill worker %d: %w", p.Pid(), err)
	}
	if !within(deathMax, p.dead) {
		p.pipes.sayDead() // nobody shall wait for its output
		return fmt.Errorf("hosted: kill worker %d: it still lives after %v, want it dead: see /proc/%d/stack", p.Pid(), deathMax, p.Pid())
	}
	return nil
}

// free gives back the descriptors, once nobody uses them.
func (p *Process) free() {
	<-p.logDone
	p.conn.turn.Lock()
	defer p.conn.turn.Unlock()
	p.pipes.closeAll()
}
