package canary

import (
	"context"
	"errors"
	"sync"

	"github.com/ackproof/ackproof/engines"
)

// oneLock has one lock for reads and writes.
type oneLock struct {
	fullLog
	mu sync.RWMutex
}

func (l *oneLock) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.fullLog.PersistEntries(ctx, entries)
}

func (l *oneLock) GetEntries(ctx context.Context, first, last uint64) ([]engines.Entry, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.fullLog.GetEntries(ctx, first, last)
}

func (l *oneLock) Entry(ctx context.Context, index uint64) (engines.Entry, bool, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.fullLog.Entry(ctx, index)
}

func (l *oneLock) LastIndex() uint64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.fullLog.LastIndex()
}

var errWriting = errors.New("a write is in progress")

// keptLock marks the log as being written, and heeds the contexts of writes.
type keptLock struct {
	fullLog
	mu      sync.Mutex
	writing bool
}

func (l *keptLock) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.writing {
		return errWriting
	}
	l.writing = true
	err := l.fullLog.PersistEntries(ctx, entries)
	if err == nil && ctx.Err() != nil {
		return ctx.Err()
	}
	l.writing = false
	return err
}
