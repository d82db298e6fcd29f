package keyed

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/extent"
)

// Config says what is particular to an engine.
type Config struct {
	// Name is the engine's package, with which errors begin.
	Name   string
	Claims engines.Claims
	// Boundary and HardState are their keys.
	Boundary, HardState []byte
	// ResetsEmpty commits a reset of a new log too.
	ResetsEmpty bool
	Naming      Naming
}

// Naming says which errors name the call.
type Naming int

const (
	// NameAlways is for all errors.
	NameAlways Naming = iota
	// NameFailures leaves out calls that were cancelled or came after Close.
	NameFailures
	// NameNever leaves out all calls.
	NameNever
)

// Engine is a StorageEngine on a Store. Its methods may be called from any
// goroutine, with one at a time changing the log.
type Engine struct {
	config Config
	store  Store

	// mu is held for writing until a batch is durable, not only visible: stores show
	// a batch before its sync is done, and who had read an entry that a crash then
	// takes away would have been lied to.
	mu     sync.RWMutex
	extent extent.Extent
	// unusable is what every call returns after Close or a failed write.
	unusable error
}

// Open returns the engine on store, which is closed if that fails.
func Open(store Store, config Config) (*Engine, error) {
	e := &Engine{config: config, store: store}
	err := store.Read(func(r Reader) (err error) {
		e.extent, err = loadExtent(r, config.Boundary)
		return err
	})
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return e, nil
}

// Claims returns what the engine promises.
func (e *Engine) Claims() engines.Claims { return e.config.Claims }

// Close releases the engine and its store.
func (e *Engine) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	err := engines.ErrClosed
	if !errors.Is(e.unusable, err) {
		e.unusable = err
		err = e.store.Close()
	}
	if err != nil {
		return fmt.Errorf("%s: close: %w", e.config.Name, err)
	}
	return nil
}

// named returns err as the error of a call, nil if there is none.
func (e *Engine) named(call string, err error) error {
	switch {
	case err == nil:
		return nil
	case e.config.Naming == NameNever:
		return fmt.Errorf("%s: %w", e.config.Name, err)
	}
	return fmt.Errorf("%s: %s: %w", e.config.Name, call, err)
}

// usable refuses a call that nobody waits for any more, or that comes after Close
// or a failed write. The caller holds e.mu.
func (e *Engine) usable(ctx context.Context, call string) error {
	err := e.unusable
	if err == nil {
		err = ctx.Err()
	}
	switch {
	case e.config.Naming == NameAlways:
		return e.named(call, err)
	case errors.Is(err, engines.ErrClosed):
		return fmt.Errorf("%s: %w", e.config.Name, err)
	}
	return err
}

// commit does b. The caller holds e.mu for writing.
func (e *Engine) commit(b Batch, durable bool) error {
	err := e.store.Commit(b, durable)
	if errors.Is(err, ErrStopped) {
		e.unusable = err
	}
	return err
}

// flush makes every batch that was committed before it durable; calls that promise
// as much have done so already. Others may read and write meanwhile.
func (e *Engine) flush(ctx context.Context) error {
	e.mu.RLock()
	err := e.usable(ctx, "flush")
	e.mu.RUnlock()
	if err != nil {
		return err
	}
	err = e.store.Sync()
	if errors.Is(err, ErrStopped) {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.unusable = err
	}
	return e.named("flush", err)
}
