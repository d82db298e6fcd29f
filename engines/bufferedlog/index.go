package bufferedlog

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/ackproof/ackproof/engines"
)

// index is a durable index, and how far it may go.
type index struct {
	// writesDurable says that what is written is durable.
	writesDurable bool

	mu sync.Mutex
	// durable is the index. The entries up to written, which is never behind it, are in
	// the log below, as the layer shows them.
	durable, written uint64
	// lowered counts how often written entries were discarded.
	lowered int
	// stopped says that it never advances: something failed, or nothing is durable.
	stopped bool
	closed  bool
}

// DurableIndex returns the index.
func (x *index) DurableIndex(ctx context.Context) (uint64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.closed {
		return 0, fmt.Errorf("bufferedlog: durable index: %w", engines.ErrClosed)
	}
	return x.durable, nil
}

// lower says that the entries at and after from are about to be discarded. The function
// that it returns says that they were not.
func (x *index) lower(from uint64) (undo func()) {
	x.mu.Lock()
	defer x.mu.Unlock()
	durable, written := x.durable, x.written
	if from > written {
		return func() {}
	}
	x.durable, x.written = min(durable, from-1), min(written, from-1)
	x.lowered++
	return func() {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.durable, x.written = max(x.durable, durable), written
	}
}

// wrote says that the entries up to last are in the log below.
func (x *index) wrote(last uint64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.written = last
	if x.writesDurable {
		x.advance(last)
	}
}

// flush makes what is written durable by call. What is written, or discarded, while that
// runs it may not have covered.
func (x *index) flush(call func() error) error {
	x.mu.Lock()
	written, lowered := x.written, x.lowered
	x.mu.Unlock()
	err := call()
	x.stopAfter(err)
	if err != nil {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.lowered == lowered {
		x.advance(written)
	}
	return nil
}

// advance moves the index to last, never back.
func (x *index) advance(last uint64) {
	if !x.stopped {
		x.durable = max(x.durable, last)
	}
}

// stopAfter keeps the index where it is for good if err is the failure of a call: not if the
// call refused to begin, or its context ended.
func (x *index) stopAfter(err error) {
	if err == nil || refused(err) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.stopped = true
}

// close refuses further reads.
func (x *index) close() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.closed = true
	return nil
}

// refused reports whether err says that a call changed nothing.
func refused(err error) bool {
	return errors.Is(err, engines.ErrGap) || errors.Is(err, engines.ErrCompacted) || errors.Is(err, engines.ErrInvalid) ||
		errors.Is(err, engines.ErrClosed)
}
