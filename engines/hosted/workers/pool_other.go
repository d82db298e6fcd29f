//go:build !linux

package workers

import (
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/hosted"
)

// Pool is the processes of one program, of which there are none here.
type Pool struct{}

// New returns a pool whose every use returns [ErrNone].
func New([]string, time.Duration) *Pool { return &Pool{} }

// Close returns nil.
func (p *Pool) Close() error { return nil }

// Kill does nothing.
func (p *Pool) Kill() {}

func (p *Pool) hello() (hosted.Hello, error) { return hosted.Hello{}, ErrNone }

func (p *Pool) openLog(engines.Env) (engines.StorageEngine, error) { return nil, ErrNone }

func (p *Pool) openMachine(engines.Env) (engines.StateMachine, error) { return nil, ErrNone }
