package hosted

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/ackproof/ackproof/engines"
)

// Open opens the engine in dir, a directory that the worker sees under this name.
// It has the abilities that the worker lists, no others, and is an engines.Claimer
// if the worker states claims. An engine of this Conn that is still open is
// abandoned, as if its process had crashed.
//
// Every method returns a *Failure if the worker breaks the protocol; LastIndex,
// which can return no error, panics with it, and with any other error. A context
// is looked at before the request is sent; a request that was sent is waited for.
// After Close, or once another engine was opened, methods return ErrClosed and
// LastIndex 0.
func (c *Conn) Open(dir string, readOnly bool) (engines.StorageEngine, error) {
	c.turn.Lock()
	defer c.turn.Unlock()
	c.opened++ // even if it fails: the engine before is gone
	var answer Answer
	if err := c.exchange("open", Request{Dir: &dir, ReadOnly: &readOnly}, &answer, false); err != nil {
		return nil, err
	}
	e := &engine{conn: c, number: c.opened}
	e.log = e.newLogStore(answer.Abilities)
	if answer.Claims == nil {
		return e, nil
	}
	e.durable = answer.Claims.WriteDurable
	return &claimer{engine: e, claims: engines.Claims(*answer.Claims)}, nil
}

// errGone refuses a call on an engine that this side knows to be closed or
// abandoned. The worker is not asked, as it may have another one open.
var errGone = fmt.Errorf("it is gone: %w", engines.ErrClosed)

// engine is an engine in the worker.
type engine struct {
	conn    *Conn
	number  uint64
	durable bool
	log     engines.LogStore
	closed  atomic.Bool
}

// claimer is an engine that states its claims.
type claimer struct {
	*engine
	claims engines.Claims
}

func (c *claimer) Claims() engines.Claims { return c.claims }

func (e *engine) LogStore() engines.LogStore   { return e.log }
func (e *engine) MetaStore() engines.MetaStore { return &metaStore{e} }

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

// newLogStore returns the log with exactly these abilities.
func (e *engine) newLogStore(abilities []string) engines.LogStore {
	log := &logStore{e}
	replaces := slices.Contains(abilities, abilityReplaceRange)
	keeps := slices.Contains(abilities, abilityPurgeBoundary)
	switch {
	case replaces && keeps:
		return struct {
			*logStore
			rangeReplacer
			boundaryLoader
		}{log, rangeReplacer{e}, boundaryLoader{e}}
	case replaces:
		return struct {
			*logStore
			rangeReplacer
		}{log, rangeReplacer{e}}
	case keeps:
		return struct {
			*logStore
			boundaryLoader
		}{log, boundaryLoader{e}}
	}
	return log
}
