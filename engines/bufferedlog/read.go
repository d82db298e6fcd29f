package bufferedlog

import (
	"context"
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/extent"
)

// Entry returns the entry at index.
func (l *memoryFirst) Entry(ctx context.Context, index uint64) (engines.Entry, bool, error) {
	return extent.One(l.GetEntries(ctx, index, index))
}

// GetEntries returns entries from the log below and from memory. Those of below are read
// under the lock: changes that are being made there touch none before the tail, and no
// later one can begin to.
func (l *memoryFirst) GetEntries(ctx context.Context, first, last uint64) ([]engines.Entry, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.closed {
		return nil, fmt.Errorf("bufferedlog: read: %w", engines.ErrClosed)
	}
	first, last, ok := l.extent.Clip(first, last)
	if !ok {
		return nil, nil
	}
	var out []engines.Entry
	if first <= l.tail.after {
		written, err := l.below.GetEntries(ctx, first, min(last, l.tail.after))
		if err != nil {
			return nil, err
		}
		out = written
	}
	return append(out, l.tail.between(first, last)...), nil
}

// LastIndex returns the index of the newest entry, in memory or not.
func (l *memoryFirst) LastIndex() uint64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.extent.Last
}

// LoadPurgeBoundary returns the boundary of what is shown.
func (l *memoryFirst) LoadPurgeBoundary(ctx context.Context) (engines.LogID, bool, error) {
	if err := ctx.Err(); err != nil {
		return engines.LogID{}, false, err
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.closed {
		return engines.LogID{}, false, fmt.Errorf("bufferedlog: load the purge boundary: %w", engines.ErrClosed)
	}
	return l.extent.Boundary, l.extent.HasBoundary, nil
}
