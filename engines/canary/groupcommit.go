package canary

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/ackproof/ackproof/engines"
)

// counted is a log that knows how much was written, by each call that changes it.
type counted struct {
	fullLog
	written atomic.Uint64
}

func (l *counted) wrote(err error) error {
	if err == nil {
		l.written.Add(1)
	}
	return err
}

func (l *counted) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	return l.wrote(l.fullLog.PersistEntries(ctx, entries))
}

func (l *counted) ReplaceRange(ctx context.Context, from uint64, entries []engines.Entry) error {
	return l.wrote(l.fullLog.ReplaceRange(ctx, from, entries))
}

func (l *counted) Truncate(ctx context.Context, from uint64) error {
	return l.wrote(l.fullLog.Truncate(ctx, from))
}

func (l *counted) Purge(ctx context.Context, cutoff engines.LogID) error {
	return l.wrote(l.fullLog.Purge(ctx, cutoff))
}

func (l *counted) Reset(ctx context.Context) error { return l.wrote(l.fullLog.Reset(ctx)) }

// look asks the log for its boundary: who is closed refuses, as all do.
func (l *counted) look(ctx context.Context) error {
	_, _, err := l.LoadPurgeBoundary(ctx)
	return err
}

// dirtyFlag lowers its dirty flag, then flushes. A second flush meanwhile finds it down
// and returns, before the fsync that it relies on.
type dirtyFlag struct {
	counted
	flushed atomic.Uint64
}

func (l *dirtyFlag) Flush(ctx context.Context) error {
	written := l.written.Load()
	if l.flushed.Swap(written) == written {
		return l.look(ctx)
	}
	return l.fullLog.Flush(ctx)
}

// lateCount counts as flushed what was written when the fsync ended, not when it began.
type lateCount struct {
	counted
	mu      sync.Mutex
	flushed uint64
}

func (l *lateCount) Flush(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.flushed == l.written.Load() {
		return l.look(ctx)
	}
	err := l.fullLog.Flush(ctx)
	if err == nil {
		l.flushed = l.written.Load()
	}
	return err
}
