package hosted

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/ackproof/ackproof/engines"
)

// engine is an engine in the worker.
type engine struct {
	conn    *Conn
	number  uint64
	durable bool
	log     engines.LogStore
	meta    engines.MetaStore
	closed  atomic.Bool
}

func (e *engine) LogStore() engines.LogStore   { return e.log }
func (e *engine) MetaStore() engines.MetaStore { return e.meta }

// Close closes the engine in the worker, which stays and can open another.
func (e *engine) Close() error {
	if e.closed.Swap(true) {
		return fmt.Errorf("hosted: close: %w", errGone)
	}
	return e.conn.callEngine(e.number, "close", nil, nil)
}

// call makes a request of the engine.
func (e *engine) call(ctx context.Context, op string, request Request, answer *Answer) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if e.closed.Load() {
		return fmt.Errorf("hosted: %s: %w", op, errGone)
	}
	if answer == nil {
		return e.conn.callEngine(e.number, op, request, nil)
	}
	return e.conn.callEngine(e.number, op, request, answer)
}
