package bufferedlog

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/extent"
)

// memoryFirst is a log that keeps calls in memory until it makes them below.
type memoryFirst struct {
	*index
	below       engines.LogStore
	bufferBytes int

	// writing is held by who makes calls below that change the log. It is taken before mu.
	writing sync.Mutex
	// mu guards the fields below. It is not held over those calls, so that nobody waits
	// for an fsync.
	mu     sync.RWMutex
	extent extent.Extent
	tail   tail
	queue  queue
	// broken is why no more is written: a call below failed, and those behind it must
	// not be made without it.
	broken error
	closed bool
}

func openMemoryFirst(below engines.LogStore, keeper engines.PurgeBoundaryLoader, x *index, bufferBytes int) (*memoryFirst, error) {
	boundary, has, err := keeper.LoadPurgeBoundary(context.Background())
	if err != nil {
		return nil, err
	}
	last := below.LastIndex()
	return &memoryFirst{
		index: x, below: below, bufferBytes: bufferBytes,
		extent: extent.Extent{Boundary: boundary, HasBoundary: has, Last: last}, tail: tail{after: last},
	}, nil
}

// IsWriteDurable returns false: entries are in memory when a write returns.
func (l *memoryFirst) IsWriteDurable() bool { return false }

// PersistEntries keeps copies of entries.
func (l *memoryFirst) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	entries = clone(entries)
	return l.change(ctx, func() (change, error) {
		if err := l.extent.CheckWrite(entries); err != nil || len(entries) == 0 {
			return change{}, err
		}
		return l.put(entries, func(ctx context.Context) error { return l.below.PersistEntries(ctx, entries) }), nil
	})
}

// ReplaceRange keeps copies of entries. The range is replaced in one step if the log below
// can.
func (l *memoryFirst) ReplaceRange(ctx context.Context, from uint64, entries []engines.Entry) error {
	if len(entries) == 0 {
		return l.Truncate(ctx, from)
	}
	entries = clone(entries)
	return l.change(ctx, func() (change, error) {
		if err := extent.CheckReplace(from, entries); err != nil {
			return change{}, err
		}
		if err := l.extent.CheckWrite(entries); err != nil {
			return change{}, err
		}
		return l.put(entries, func(ctx context.Context) error { return replaceRange(ctx, l.below, from, entries) }), nil
	})
}

// Truncate discards the entries at and after from, or 1 if that is 0.
func (l *memoryFirst) Truncate(ctx context.Context, from uint64) error {
	from = max(from, 1)
	return l.change(ctx, func() (change, error) {
		if err := l.extent.CheckCut(from); err != nil || from > l.extent.Last {
			return change{}, err
		}
		l.cut(from)
		return change{from: from, call: func(ctx context.Context) error { return l.below.Truncate(ctx, from) }}, nil
	})
}

// Purge discards the entries up to cutoff. The index stays: entries that are gone need not
// survive.
func (l *memoryFirst) Purge(ctx context.Context, cutoff engines.LogID) error {
	return l.change(ctx, func() (change, error) {
		if cutoff.Index <= l.extent.Boundary.Index {
			return change{}, nil
		}
		if cutoff.Index >= l.extent.Last {
			l.tail = tail{after: cutoff.Index}
		}
		l.extent = l.extent.Purged(cutoff)
		return change{from: math.MaxUint64, call: func(ctx context.Context) error { return l.below.Purge(ctx, cutoff) }}, nil
	})
}

// Reset empties the log and forgets the boundary.
func (l *memoryFirst) Reset(ctx context.Context) error {
	return l.change(ctx, func() (change, error) {
		l.index.lower(1)
		l.extent, l.tail = extent.Extent{}, tail{}
		return change{from: 1, call: l.below.Reset}, nil
	})
}

// Flush writes what waits, and flushes the log below.
func (l *memoryFirst) Flush(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := l.write(ctx); err != nil {
		return err
	}
	return l.index.flush(func() error { return l.below.Flush(ctx) })
}

// change shows what show does to the log in memory, and lets it wait: show returns the call
// to be made below, without one if nothing changed. If the buffer is full it is written.
func (l *memoryFirst) change(ctx context.Context, show func() (change, error)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	full, err := func() (bool, error) {
		l.mu.Lock()
		defer l.mu.Unlock()
		if err := l.usable(); err != nil {
			return false, err
		}
		c, err := show()
		if err != nil || c.call == nil {
			return false, err
		}
		l.queue.add(c)
		return l.queue.bytes >= l.bufferBytes, nil
	}()
	if err != nil {
		return fmt.Errorf("bufferedlog: %w", err)
	}
	if full {
		return l.write(ctx)
	}
	return nil
}

// put discards the log from the first of entries on, and shows them.
func (l *memoryFirst) put(entries []engines.Entry, call func(context.Context) error) change {
	from := entries[0].Index
	l.cut(from)
	l.tail.entries = append(l.tail.entries, entries...)
	l.extent.Last = entries[len(entries)-1].Index
	bytes := 0
	for _, e := range entries {
		bytes += len(e.Payload)
	}
	return change{from: from, bytes: bytes, call: call}
}

// cut discards the log at and after from. The index is lowered first: entries that take
// their place are not durable before they are written.
func (l *memoryFirst) cut(from uint64) {
	l.index.lower(from)
	l.tail.cut(from)
	l.extent.Last = min(l.extent.Last, from-1)
}

// write makes the calls that wait, in their order. Their contexts have ended, and that of
// who happens to write must not undo what others were promised.
func (l *memoryFirst) write(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	l.writing.Lock()
	defer l.writing.Unlock()
	l.mu.RLock()
	calls, err := l.queue.changes, l.usable()
	l.mu.RUnlock()
	for _, c := range calls {
		if err == nil {
			err = c.call(ctx)
			l.failed(err)
		}
	}
	if err != nil {
		return fmt.Errorf("bufferedlog: write what waits in memory: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tail.drop(l.queue.remove(len(calls)) - 1)
	l.index.wrote(l.tail.after)
	return nil
}

// failed stops the log if err is not nil, whatever it is: those who made the call that
// failed were told that all is well.
func (l *memoryFirst) failed(err error) {
	if err == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.broken = fmt.Errorf("log stopped after a failed write: %w", err)
}

// usable returns why l takes no changes.
func (l *memoryFirst) usable() error {
	if l.closed {
		return engines.ErrClosed
	}
	return l.broken
}

func (l *memoryFirst) close() error {
	err := l.write(context.Background())
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	return errors.Join(err, l.index.close())
}
