//go:build linux

package pythonlog_test

import (
	"fmt"
	"os/exec"
	"sync"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/hosted"
)

// pool runs engines in processes that outlive them: starting Python takes longer
// than most tests of the contract.
type pool struct {
	command []string

	mu   sync.Mutex
	idle []*hosted.Process
	all  []*hosted.Process
}

// open opens an engine in a process that runs no other.
func (p *pool) open(env engines.Env) (engines.StorageEngine, error) {
	process, err := p.take()
	if err != nil {
		return nil, err
	}
	engine, err := process.Conn().Open(env.Dir, false)
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, process.Log())
	}
	return &pooled{StorageEngine: engine, pool: p, process: process}, nil
}

func (p *pool) take() (*hosted.Process, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if last := len(p.idle) - 1; last >= 0 {
		process := p.idle[last]
		p.idle = p.idle[:last]
		return process, nil
	}
	process, err := hosted.Start(exec.Command(p.command[0], p.command[1:]...), hosted.Options{})
	if err == nil {
		p.all = append(p.all, process)
	}
	return process, err
}

// close ends the processes, which must have lived until then.
func (p *pool) close(t *testing.T) {
	for _, process := range p.all {
		if err := process.Close(); err != nil {
			t.Errorf("%v\n%s", err, process.Log())
		}
	}
}

// pooled is an engine that gives its process back when it is closed.
type pooled struct {
	engines.StorageEngine
	pool    *pool
	process *hosted.Process
}

func (e *pooled) Claims() engines.Claims { return engines.ClaimsOf(e.StorageEngine) }

func (e *pooled) Close() error {
	err := e.StorageEngine.Close()
	e.pool.mu.Lock()
	defer e.pool.mu.Unlock()
	e.pool.idle = append(e.pool.idle, e.process)
	return err
}
