// Package memlog keeps a Raft log in memory. Nothing survives a close or a
// crash, and its claims say so: it is the engine for tests, and the one whose
// loss of everything a harness must not call a fault.
package memlog

import (
	"context"
	"fmt"
	"sync"

	"github.com/ackproof/ackproof/engines"
)

// engine guards one log and one hard state with one lock. Its own methods are
// the StorageEngine's; the stores are views of it.
type engine struct {
	mu     sync.RWMutex
	closed bool

	// entries has no holes and begins just after boundary.
	entries     []engines.Entry
	boundary    engines.LogID
	hasBoundary bool

	hardState    engines.HardState
	hasHardState bool
}

// New returns an empty engine. Any goroutine may use it, with one at a time
// changing the log.
func New() engines.StorageEngine { return &engine{} }

// Factory returns the factory of engines named "mem". It ignores the Env: each
// open gives an empty engine.
func Factory() engines.Factory {
	return engines.Factory{
		Name: "mem",
		Open: func(engines.Env) (engines.StorageEngine, error) { return New(), nil },
	}
}

// Claims says only that the engine is volatile.
func (e *engine) Claims() engines.Claims { return engines.Claims{Volatile: true} }

// Close drops everything. A second Close is refused with ErrClosed.
func (e *engine) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return fmt.Errorf("memlog: close: %w", engines.ErrClosed)
	}
	e.closed, e.entries = true, nil
	return nil
}

// usable refuses what nobody waits for any more and what comes after Close. The
// caller holds the lock.
func (e *engine) usable(ctx context.Context) error {
	if e.closed {
		return fmt.Errorf("memlog: %w", engines.ErrClosed)
	}
	return ctx.Err()
}
