package workers

import (
	"cmp"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/hosted"
)

// Pool is the processes of one program. Goroutines may share it. Who makes one closes or
// kills it.
type Pool struct {
	argv      []string
	hangAfter time.Duration

	mu        sync.Mutex
	idle, all []*hosted.Process
	closed    bool
	// hung says that an engine did: the calls to others are not waited for as long.
	hung bool
}

// New returns a pool of a program, given by its path and arguments. No process is started
// before the first is needed. A call may take up to hangAfter, 0 means 30 s, as
// [hosted.Options] say; a tenth of that once an engine hung, but not to start or to open:
// an interpreter that is slow to start hangs no more than before.
func New(argv []string, hangAfter time.Duration) *Pool {
	return &Pool{argv: argv, hangAfter: cmp.Or(hangAfter, 30*time.Second)}
}

// Close ends the processes: those without an engine as the protocol says, which they must
// follow, and kills the others. What the pool made opens nothing more: [engines.ErrClosed].
func (p *Pool) Close() error {
	all, idle := p.shut()
	var errs []error
	for _, process := range all {
		end := process.Kill
		if slices.Contains(idle, process) {
			end = process.Close
		}
		if err := end(); err != nil {
			errs = append(errs, fmt.Errorf("%w\n%s", err, process.Log()))
		}
	}
	return errors.Join(errs...)
}

// Kill is Close for who does not ask how the processes end: it kills them all, and so is
// not held up by one that ignores the end of its stdin.
func (p *Pool) Kill() {
	all, _ := p.shut()
	for _, process := range all {
		_ = process.Kill()
	}
}

// shut lets no further process start, and returns those that there are.
func (p *Pool) shut() (all, idle []*hosted.Process) {
	p.mu.Lock()
	defer p.mu.Unlock()
	all, idle = p.all, p.idle
	p.all, p.idle, p.closed = nil, nil, true
	return all, idle
}

func (p *Pool) hello() (hosted.Hello, error) {
	process, err := p.take()
	if err != nil {
		return hosted.Hello{}, err
	}
	hello, err := process.Conn().Hello()
	return hello, p.release(process, err)
}

func (p *Pool) openLog(env engines.Env) (engines.StorageEngine, error) {
	process, err := p.take()
	if err != nil {
		return nil, err
	}
	engine, err := process.Conn().Open(env.Dir, false)
	if err != nil {
		return nil, p.release(process, err)
	}
	p.opened(process)
	return &log{engine, &lease{pool: p, process: process}}, nil
}

func (p *Pool) openMachine(env engines.Env) (engines.StateMachine, error) {
	process, err := p.take()
	if err != nil {
		return nil, err
	}
	m, err := process.Conn().OpenMachine(env.Dir, false)
	if err != nil {
		return nil, p.release(process, err)
	}
	p.opened(process)
	return &machine{m, &lease{pool: p, process: process}}, nil
}

// take returns a process that has no engine. A case that was given up may still ask for one
// when the pool is closed: nobody would end it.
func (p *Pool) take() (*hosted.Process, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, fmt.Errorf("workers: %w: the pool of %s", engines.ErrClosed, p.argv[0])
	}
	if last := len(p.idle) - 1; last >= 0 {
		process := p.idle[last]
		p.idle = p.idle[:last]
		process.SetHangAfter(p.hangAfter)
		return process, nil
	}
	cmd := exec.Command(p.argv[0], p.argv[1:]...)
	// In a group of its own it is not reached by an interrupt at a terminal, which would look as if
	// the engine had broken. It dies with this process.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	process, err := hosted.Start(cmd, hosted.Options{HangAfter: p.hangAfter})
	if err == nil {
		p.all = append(p.all, process)
	}
	return process, err
}

// opened shortens the limit of a process whose engine is open, if another hung.
func (p *Pool) opened(process *hosted.Process) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.hung {
		process.SetHangAfter(p.hangAfter / 10)
	}
}

// release takes a process back whose engine is closed, and returns err, which is what its
// last call returned. One that broke the protocol is not used again.
func (p *Pool) release(process *hosted.Process, err error) error {
	failure := (*hosted.Failure)(nil)
	broken := errors.As(err, &failure)
	if broken {
		_ = process.Kill() // its failure is told
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if broken {
		p.hung = p.hung || failure.Hung()
		return err
	}
	p.idle = append(p.idle, process)
	return err
}

// lease is the use of a process by one engine.
type lease struct {
	pool    *Pool
	process *hosted.Process
	over    sync.Once
}

// end gives the process back at the first close of its engine, whose error is err.
func (l *lease) end(err error) error {
	l.over.Do(func() { err = l.pool.release(l.process, err) })
	return err
}

// log gives its process back when it is closed.
type log struct {
	engines.StorageEngine
	lease *lease
}

func (l *log) Claims() engines.Claims { return engines.ClaimsOf(l.StorageEngine) }
func (l *log) Close() error           { return l.lease.end(l.StorageEngine.Close()) }

// machine gives its process back when it is closed.
type machine struct {
	engines.StateMachine
	lease *lease
}

func (m *machine) MachineClaims() engines.MachineClaims {
	return engines.MachineClaimsOf(m.StateMachine)
}
func (m *machine) Close() error { return m.lease.end(m.StateMachine.Close()) }
