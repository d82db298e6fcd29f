package enginebench

import (
	"context"
	"fmt"

	"github.com/ackproof/ackproof/engines"
)

// The sizes of what is measured, in entries.
const (
	// BatchEntries is how many entries one call persists where that is measured.
	BatchEntries = 100
	// persistedEntries make more bytes than Pebble's memtable holds.
	persistedEntries = 50_000
	// logEntries is the "10,000" of the targets.
	logEntries = 10_000
	// fillEntries is the batch by which a log is filled before the time is taken.
	fillEntries = 1000
	// keptEntries are left by a purge and by a truncate: to empty a log is another thing.
	keptEntries = 100
	// readCalls is how often one entry, or the last index, is read.
	readCalls = 1000
	// rangeCalls is how often all entries are read.
	rangeCalls = 100
)

// logs makes logs to measure.
type logs struct {
	maker[engines.StorageEngine]
	without engines.Without
	limits  engines.Limits
}

// logTask is a task of a log that holds the entries 1 to filled. No calls are one.
type logTask struct {
	filled         int
	reopens        bool
	calls, entries int
	call           func(ctx context.Context, log engines.LogStore, i int) error
	check          func(ctx context.Context, log engines.LogStore) error
	durable        func(engines.Claims) bool
}

func (l logs) sample(ctx context.Context, dir string, t logTask) (Sample, error) {
	if most := l.limits.PayloadMaxBytes(); most > 0 && most < PayloadBytes {
		return Sample{}, fmt.Errorf("%w: payloads of %d bytes, where the engine takes at most %d", ErrNotOffered, PayloadBytes, most)
	}
	return l.maker.sample(ctx, dir, task[engines.StorageEngine]{
		reopens: t.reopens, calls: max(1, t.calls), entries: t.entries,
		prepare: func(ctx context.Context, e engines.StorageEngine) error {
			if t.reopens && engines.ClaimsOf(e).Volatile {
				return fmt.Errorf("%w: nothing survives a close", ErrNotOffered)
			}
			return persist(ctx, e.LogStore(), inBatches(span(1, t.filled), fillEntries, l.limits))
		},
		call:  func(ctx context.Context, e engines.StorageEngine, i int) error { return t.call(ctx, e.LogStore(), i) },
		check: func(ctx context.Context, e engines.StorageEngine) error { return t.check(ctx, e.LogStore()) },
		durable: func(e engines.StorageEngine) bool {
			return t.durable != nil && t.durable(engines.ClaimsOf(e))
		},
	})
}

// endsAt returns a check that the last index is want.
func endsAt(want uint64) func(context.Context, engines.LogStore) error {
	return func(_ context.Context, log engines.LogStore) error {
		if got := log.LastIndex(); got != want {
			return fmt.Errorf("got last index %d, want %d", got, want)
		}
		return nil
	}
}
