package enginebench

import (
	"context"
	"fmt"

	"github.com/ackproof/ackproof/engines"
)

func writeDurable(c engines.Claims) bool     { return c.WriteDurable }
func mutationsDurable(c engines.Claims) bool { return c.MutationsDurable }

func (l logs) persistEntries(ctx context.Context, dir string) (Sample, error) {
	batches := inBatches(span(1, persistedEntries), BatchEntries, l.limits)
	return l.sample(ctx, dir, logTask{
		calls: len(batches), entries: persistedEntries,
		call: func(ctx context.Context, log engines.LogStore, i int) error {
			return log.PersistEntries(ctx, batches[i])
		},
		check:   endsAt(persistedEntries),
		durable: writeDurable,
	})
}

func (l logs) purge(ctx context.Context, dir string) (Sample, error) {
	if l.without.Purge {
		return Sample{}, ErrNotOffered
	}
	return l.sample(ctx, dir, logTask{
		filled: logEntries + keptEntries,
		call: func(ctx context.Context, log engines.LogStore, _ int) error {
			return log.Purge(ctx, engines.LogID{Index: logEntries, Term: term})
		},
		check:   holds(logEntries+1, logEntries+keptEntries),
		durable: mutationsDurable,
	})
}

func (l logs) truncate(ctx context.Context, dir string) (Sample, error) {
	if l.without.Truncate {
		return Sample{}, ErrNotOffered
	}
	return l.sample(ctx, dir, logTask{
		filled:  logEntries + keptEntries,
		call:    func(ctx context.Context, log engines.LogStore, _ int) error { return log.Truncate(ctx, keptEntries+1) },
		check:   holds(1, keptEntries),
		durable: mutationsDurable,
	})
}

// holds returns a check that the log holds the entries first to last and no others.
func holds(first, last uint64) func(context.Context, engines.LogStore) error {
	return func(ctx context.Context, log engines.LogStore) error {
		got, err := log.GetEntries(ctx, 1, last+logEntries)
		if err != nil {
			return err
		}
		if len(got) == 0 || got[0].Index != first || got[len(got)-1].Index != last {
			return fmt.Errorf("got %d entries, want those from %d to %d", len(got), first, last)
		}
		return endsAt(last)(ctx, log)
	}
}

func (l logs) flush(ctx context.Context, dir string) (Sample, error) {
	return l.sample(ctx, dir, logTask{
		filled: BatchEntries,
		call:   func(ctx context.Context, log engines.LogStore, _ int) error { return log.Flush(ctx) },
		check:  endsAt(BatchEntries),
	})
}

func (l logs) reset(ctx context.Context, dir string) (Sample, error) {
	if l.without.Reset {
		return Sample{}, ErrNotOffered
	}
	return l.sample(ctx, dir, logTask{
		filled:  logEntries,
		call:    func(ctx context.Context, log engines.LogStore, _ int) error { return log.Reset(ctx) },
		check:   endsAt(0),
		durable: mutationsDurable,
	})
}
