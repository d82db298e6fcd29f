package enginetest

import (
	"context"
	"errors"
	"math"
	"sync"
	"sync/atomic"

	"github.com/ackproof/ackproof/engines"
)

func readPlants() []plant {
	return []plant{
		{
			name:     "entry finds the nearest one",
			caughtBy: []string{"read-entry", "persist-index-0", "truncate-then-shorter", "d-engine/purge-logs", "d-engine/truncation"},
			log: planted(hooks{entry: func(ctx context.Context, s store, index uint64) (engines.Entry, bool, error) {
				held := all(ctx, s)
				if len(held) == 0 {
					return engines.Entry{}, false, nil
				}
				index = min(max(index, held[0].Index), held[len(held)-1].Index)
				return s.Entry(ctx, index)
			}}),
		},
		{
			name:     "entry loses payload",
			caughtBy: []string{"read-entry", "d-engine/single-entry-persistence"},
			log: planted(hooks{entry: func(ctx context.Context, s store, index uint64) (engines.Entry, bool, error) {
				e, ok, err := s.Entry(ctx, index)
				e.Payload = nil
				return e, ok, err
			}}),
		},
		{
			name:     "range excludes its last",
			caughtBy: []string{"read-range", "d-engine/batch-persistence"},
			log: planted(hooks{ranged: func(ctx context.Context, s store, first, last uint64) ([]engines.Entry, error) {
				return s.GetEntries(ctx, first, last-1)
			}}),
		},
		{
			name:     "range beyond the log fails",
			caughtBy: []string{"read-range-beyond", "d-engine/edge-cases"},
			log: planted(hooks{ranged: func(ctx context.Context, s store, first, last uint64) ([]engines.Entry, error) {
				if last > s.LastIndex() && last < math.MaxUint64 {
					return nil, errPlanted
				}
				return s.GetEntries(ctx, first, last)
			}}),
		},
		{
			name:     "range from a purged index is empty",
			caughtBy: []string{"read-range-purged"},
			log: planted(hooks{ranged: func(ctx context.Context, s store, first, last uint64) ([]engines.Entry, error) {
				if b, ok, _ := s.LoadPurgeBoundary(ctx); ok && first > 0 && first <= b.Index {
					return nil, nil
				}
				return s.GetEntries(ctx, first, last)
			}}),
		},
		{
			name:     "range skips an entry",
			caughtBy: []string{"read-range", "persist-batches", "readers-beside-writer"},
			log: planted(hooks{ranged: func(ctx context.Context, s store, first, last uint64) ([]engines.Entry, error) {
				got, err := s.GetEntries(ctx, first, last)
				if len(got) > 2 {
					got = append(got[:1], got[2:]...)
				}
				return got, err
			}}),
		},
		{
			name:     "last index counts from 1 in an empty log",
			caughtBy: []string{"empty-log", "truncate-all", "reopen-empty", "d-engine/empty-storage", "d-engine/reset-operation"},
			log:      planted(hooks{last: func(s store) uint64 { return max(s.LastIndex(), 1) }}),
		},
	}
}

func persistPlants() []plant {
	return []plant{
		{
			name:     "overlap keeps the old suffix",
			caughtBy: []string{"persist-overlap", "persist-same-again", "reopen-after-overlap"},
			log: planted(hooks{persist: func(ctx context.Context, s store, entries []engines.Entry) error {
				var suffix []engines.Entry
				if n := len(entries); n > 0 {
					suffix, _ = s.GetEntries(ctx, entries[n-1].Index+1, math.MaxUint64)
				}
				return errors.Join(s.PersistEntries(ctx, entries), s.PersistEntries(ctx, suffix))
			}}),
		},
		{
			name:     "gap accepted",
			caughtBy: []string{"persist-gap", "persist-gap-empty-log", "purge-past-end-gap", "reset-gap", "purge-all"},
			log: planted(hooks{persist: func(ctx context.Context, s store, entries []engines.Entry) error {
				if n := len(entries); n > 0 && entries[0].Index > s.LastIndex()+1 {
					_ = s.Purge(ctx, engines.LogID{Index: entries[0].Index - 1, Term: 1})
				}
				return s.PersistEntries(ctx, entries)
			}}),
		},
		{
			name:     "first of a bad batch lands",
			caughtBy: []string{"persist-not-consecutive"},
			log: planted(hooks{persist: func(ctx context.Context, s store, entries []engines.Entry) error {
				err := s.PersistEntries(ctx, entries)
				if errors.Is(err, engines.ErrInvalid) {
					_ = s.PersistEntries(ctx, entries[:1])
				}
				return err
			}}),
		},
		{
			name:     "index 0 ignored in silence",
			caughtBy: []string{"persist-index-0"},
			log: planted(hooks{persist: func(ctx context.Context, s store, entries []engines.Entry) error {
				if len(entries) > 0 && entries[0].Index == 0 {
					entries = entries[1:]
				}
				return s.PersistEntries(ctx, entries)
			}}),
		},
		{
			name:     "empty batch refused",
			caughtBy: []string{"persist-empty-batch", "d-engine/edge-cases"},
			log: planted(hooks{persist: func(ctx context.Context, s store, entries []engines.Entry) error {
				if len(entries) == 0 {
					return engines.ErrInvalid
				}
				return s.PersistEntries(ctx, entries)
			}}),
		},
		{
			name:     "a batch that is there is refused",
			caughtBy: []string{"persist-same-batch-twice"},
			log: planted(hooks{persist: func(ctx context.Context, s store, entries []engines.Entry) error {
				if n := len(entries); n > 0 && len(all(ctx, s)) > 0 && sameEntry(all(ctx, s)[len(all(ctx, s))-1], entries[n-1]) {
					return engines.ErrInvalid
				}
				return s.PersistEntries(ctx, entries)
			}}),
		},
		{
			name:     "one entry of a batch is dropped",
			caughtBy: []string{"persist-one"},
			log: planted(hooks{persist: func(ctx context.Context, s store, entries []engines.Entry) error {
				return s.PersistEntries(ctx, entries[:max(len(entries), 1)-1])
			}}),
		},
	}
}

func payloadPlants() []plant {
	return []plant{
		{
			name:     "long payload cut",
			caughtBy: []string{"payload-large", "payload-large-reopen"},
			log: planted(hooks{persist: func(ctx context.Context, s store, entries []engines.Entry) error {
				cut := append([]engines.Entry(nil), entries...)
				for i, e := range cut {
					cut[i].Payload = e.Payload[:min(len(e.Payload), math.MaxUint16)]
				}
				return s.PersistEntries(ctx, cut)
			}}),
		},
		{
			name:     "empty payload is no entry",
			caughtBy: []string{"payload-empty", "payload-empty-reopen"},
			log: planted(hooks{entry: func(ctx context.Context, s store, index uint64) (engines.Entry, bool, error) {
				e, ok, err := s.Entry(ctx, index)
				return e, ok && len(e.Payload) > 0, err
			}}),
		},
		{
			name:     "entries are the caller's own",
			caughtBy: []string{"caller-reuses-entries"},
			log: func() hooks {
				var given atomic.Pointer[[]engines.Entry]
				return hooks{
					persist: func(ctx context.Context, s store, entries []engines.Entry) error {
						given.Store(&entries)
						return s.PersistEntries(ctx, entries)
					},
					ranged: func(ctx context.Context, s store, first, last uint64) ([]engines.Entry, error) {
						if held := given.Load(); first == 0 && held != nil && len(*held) == 9 {
							return *held, nil
						}
						return s.GetEntries(ctx, first, last)
					},
				}
			},
		},
		{
			name:     "results are the engine's own",
			caughtBy: []string{"caller-changes-result"},
			log: func() hooks {
				var cache sync.Map
				return hooks{entry: func(ctx context.Context, s store, index uint64) (engines.Entry, bool, error) {
					if e, ok := cache.Load(index); ok {
						return e.(engines.Entry), true, nil
					}
					e, ok, err := s.Entry(ctx, index)
					if ok {
						cache.Store(index, e)
					}
					return e, ok, err
				}}
			},
		},
	}
}
