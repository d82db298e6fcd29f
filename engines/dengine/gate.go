package dengine

import (
	"fmt"
	"sync"

	"github.com/ackproof/ackproof/engines"
)

// gate lets one call through at a time, until it is closed.
type gate struct {
	mu     sync.Mutex
	closed bool
}

// do makes a call, and says in its error what failed.
func (g *gate) do(name string, call func() error) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	err := engines.ErrClosed
	if !g.closed {
		err = call()
	}
	if err != nil {
		return fmt.Errorf("dengine: %s: %w", name, err)
	}
	return nil
}

// close makes the last call.
func (g *gate) close(call func() error) error {
	return g.do("close", func() error {
		g.closed = true
		return call()
	})
}
