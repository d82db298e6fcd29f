// Package workers runs the engines of a program that speaks the worker protocol in
// processes that are used again: to start one may take longer than all that is asked of an
// engine. Each process has one engine at a time.
package workers

import (
	"errors"

	"github.com/ackproof/ackproof/engines"
)

// ErrNone is the error where there are no worker processes: they need Linux.
var ErrNone = errors.New("worker processes need Linux")

// Log returns f with an Open that opens logs in the pool, and without what the program's
// hello says that it does not offer or take. f.Program is that of the pool.
func (p *Pool) Log(f engines.Factory) (engines.Factory, error) {
	hello, err := p.hello()
	f.Without, f.Limits = f.Without.And(hello.Without()), f.Limits.And(hello.Limits())
	f.Program, f.Open = nil, p.openLog
	return f, err
}

// Machine returns f with an Open that opens state machines in the pool.
func (p *Pool) Machine(f engines.MachineFactory) engines.MachineFactory {
	f.Program, f.Open = nil, p.openMachine
	return f
}
