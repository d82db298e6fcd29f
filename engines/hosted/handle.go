package hosted

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
)

// handle is what is common to logs and state machines in the worker.
type handle struct {
	conn   *Conn
	number uint64
	closed atomic.Bool
}

// open opens an engine in the worker, which must run subject.
func (c *Conn) open(subject, dir string, readOnly bool, answer any) (*handle, error) {
	defer c.lock(false).Unlock()
	if err := c.runs(subject); err != nil {
		return nil, err
	}
	c.opened++ // even if it fails: the engine before is gone
	if err := c.exchange("open", Request{Dir: &dir, ReadOnly: &readOnly}, answer, false); err != nil {
		return nil, err
	}
	return &handle{conn: c, number: c.opened}, nil
}

// ErrSubject refuses to open a log in a worker that runs a state machine, or the other
// way round.
var ErrSubject = errors.New("worker runs another subject")

// runs returns an error unless the worker runs subject. The caller holds callLock.
func (c *Conn) runs(subject string) error {
	defer stop(c.watch("hello"))
	if err := c.ready(); err != nil {
		return err
	}
	if got := cmp.Or(c.hello.Subject, SubjectLog); got != subject {
		return fmt.Errorf("hosted: open: %w: got %q from %s, want %q", ErrSubject, got, c.hello.Engine, subject)
	}
	return nil
}

// Close closes the engine in the worker, which stays and can open another.
func (h *handle) Close() error {
	if h.closed.Swap(true) {
		return fmt.Errorf("hosted: close: %w", errGone)
	}
	return h.conn.callEngine(h.number, "close", nil, nil)
}

// call makes a request of the engine. The answer is decoded into answer, unless that
// is nil.
func (h *handle) call(ctx context.Context, op string, request Request, answer any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if h.closed.Load() {
		return fmt.Errorf("hosted: %s: %w", op, errGone)
	}
	return h.conn.callEngine(h.number, op, request, answer)
}

// ask is call for a method that can return no error: it panics with one. It reports
// whether the engine is still there.
func (h *handle) ask(op string, request Request, answer any) bool {
	err := h.call(context.Background(), op, request, answer)
	if err != nil && !errors.Is(err, errGone) {
		panic(err)
	}
	return err == nil
}

// lacks fails for an answer to op without something that must be there.
func (h *handle) lacks(op, field, want string) error {
	return h.conn.garbage("got an answer to %s without %q, want %s", op, field, want)
}
