package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"syscall"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginebench"
	"github.com/ackproof/ackproof/engines/hosted"
)

// benchedProgram returns a program that speaks the worker protocol, to be measured. It is started
// for each run, and killed when ctx is done.
func benchedProgram(ctx context.Context, argv []string) (builtin.Benched, error) {
	e, err := programEngine(argv)
	if err != nil {
		return builtin.Benched{}, err
	}
	hello, err := helloOf(e.Program)
	if err != nil {
		return builtin.Benched{}, fmt.Errorf("%s: %w", e.Name, err)
	}
	b := builtin.Benched{Factory: e.Factory, About: e.About + ", which takes a part of each call's time"}
	starts := starter{ctx, e.Program}
	if hello.Subject == hosted.SubjectMachine {
		b.Measurements = enginebench.Machine(engines.MachineFactory{Name: e.Name, Needs: engines.NeedsDir, Open: starts.machine})
		return b, nil
	}
	b.Measurements = enginebench.Log(engines.Factory{
		Name: e.Name, Needs: engines.NeedsDir, Open: starts.log, Without: hello.Without(), Limits: hello.Limits(),
	})
	return b, nil
}

// starter starts a program for each engine that is opened.
type starter struct {
	ctx  context.Context
	argv []string
}

func (s starter) log(env engines.Env) (engines.StorageEngine, error) {
	p, err := s.start()
	if err != nil {
		return nil, err
	}
	e, err := p.Conn().Open(env.Dir, false)
	if err != nil {
		return nil, p.end(err)
	}
	return startedLog{e, p}, nil
}

func (s starter) machine(env engines.Env) (engines.StateMachine, error) {
	p, err := s.start()
	if err != nil {
		return nil, err
	}
	m, err := p.Conn().OpenMachine(env.Dir, false)
	if err != nil {
		return nil, p.end(err)
	}
	return startedMachine{m, p}, nil
}

// start starts the program in a process group of its own, which an interrupt at a terminal does not
// reach: it ends when this process says so, or dies.
func (s starter) start() (*started, error) {
	cmd := exec.Command(s.argv[0], s.argv[1:]...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	p, err := hosted.Start(cmd, hosted.Options{})
	if err != nil {
		return nil, err
	}
	return &started{p, context.AfterFunc(s.ctx, p.Abandon)}, nil
}

// started is a process that is killed when a context is done, unless it has ended before.
type started struct {
	*hosted.Process
	forget func() bool
}

// end ends the process, whose engine was closed, or did not close.
func (p *started) end(closed error) error {
	defer p.forget() // or it would be held until the context is done
	if closed != nil {
		return errors.Join(closed, p.Kill())
	}
	return p.Close()
}

// startedLog is a log in a process of its own, which ends when it is closed.
type startedLog struct {
	engines.StorageEngine
	process *started
}

func (l startedLog) Claims() engines.Claims { return engines.ClaimsOf(l.StorageEngine) }

func (l startedLog) Close() error { return l.process.end(l.StorageEngine.Close()) }

// startedMachine is a state machine in a process of its own, likewise.
type startedMachine struct {
	engines.StateMachine
	process *started
}

func (m startedMachine) MachineClaims() engines.MachineClaims {
	return engines.MachineClaimsOf(m.StateMachine)
}

func (m startedMachine) Close() error { return m.process.end(m.StateMachine.Close()) }
