package enginetest

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync/atomic"
	"time"

	"github.com/ackproof/ackproof/engines"
)

func truncatePlants() []plant {
	return []plant{
		{
			name:     "truncate keeps the entry at from",
			caughtBy: []string{"truncate", "d-engine/truncation"},
			log: planted(hooks{truncate: func(ctx context.Context, s store, from uint64) error {
				return s.Truncate(ctx, from+1)
			}}),
		},
		{
			name:     "truncate past the end refused",
			caughtBy: []string{"truncate-past-end"},
			log: planted(hooks{truncate: func(ctx context.Context, s store, from uint64) error {
				if from > s.LastIndex() {
					return engines.ErrGap
				}
				return s.Truncate(ctx, from)
			}}),
		},
		{
			name:     "truncate moves the last index whatever was there",
			caughtBy: []string{"truncate-past-end"},
			log: func() hooks {
				var last atomic.Uint64
				return hooks{
					truncate: func(ctx context.Context, s store, from uint64) error {
						last.Store(max(from, 1) - 1)
						return s.Truncate(ctx, from)
					},
					last: func(s store) uint64 { return max(last.Load(), s.LastIndex()) },
				}
			},
		},
		{
			name:     "truncate of 0 does nothing",
			caughtBy: []string{"truncate-0", "compacted"},
			log: planted(hooks{truncate: func(ctx context.Context, s store, from uint64) error {
				if from == 0 {
					return nil
				}
				return s.Truncate(ctx, from)
			}}),
		},
		{
			name:     "compacted positions ignored in silence",
			caughtBy: []string{"compacted", "compacted-reopen"},
			log: planted(hooks{truncate: func(ctx context.Context, s store, from uint64) error {
				err := s.Truncate(ctx, from)
				if errors.Is(err, engines.ErrCompacted) {
					return nil
				}
				return err
			}}),
		},
		{
			name:     "truncating all forgets the boundary",
			caughtBy: []string{"purge-then-truncate-all"},
			log: planted(hooks{truncate: func(ctx context.Context, s store, from uint64) error {
				err := s.Truncate(ctx, from)
				if err == nil && len(all(ctx, s)) == 0 {
					return s.Reset(ctx)
				}
				return err
			}}),
		},
	}
}

func purgePlants() []plant {
	return []plant{
		{
			name:     "purge moves back",
			caughtBy: []string{"purge-again"},
			log: func() hooks {
				var newest atomic.Pointer[engines.LogID]
				return hooks{
					purge: func(ctx context.Context, s store, cutoff engines.LogID) error {
						newest.Store(&cutoff)
						return s.Purge(ctx, cutoff)
					},
					boundary: func(ctx context.Context, s store) (engines.LogID, bool, error) {
						if b := newest.Load(); b != nil {
							return *b, true, nil
						}
						return engines.LogID{}, false, nil
					},
				}
			},
		},
		{
			name:     "purge of 0 refused",
			caughtBy: []string{"purge-index-0", "d-engine/purge-empty-range"},
			log: planted(hooks{purge: func(ctx context.Context, s store, cutoff engines.LogID) error {
				if cutoff.Index == 0 {
					return engines.ErrInvalid
				}
				return s.Purge(ctx, cutoff)
			}}),
		},
		{
			name:     "purge keeps the entry at cutoff",
			caughtBy: []string{"purge", "reopen-after-purge", "d-engine/purge-durability"},
			log: planted(hooks{purge: func(ctx context.Context, s store, cutoff engines.LogID) error {
				cutoff.Index = max(cutoff.Index, 1) - 1
				return s.Purge(ctx, cutoff)
			}}),
		},
		{
			name:     "purge stops at the end",
			caughtBy: []string{"purge-past-end", "purge-empty-log", "purge-far"},
			log: planted(hooks{purge: func(ctx context.Context, s store, cutoff engines.LogID) error {
				cutoff.Index = min(cutoff.Index, s.LastIndex())
				return s.Purge(ctx, cutoff)
			}}),
		},
		{
			name:     "boundary takes the term of the entry there",
			caughtBy: []string{"purge-foreign-term"},
			log: planted(hooks{purge: func(ctx context.Context, s store, cutoff engines.LogID) error {
				if e, ok, err := s.Entry(ctx, cutoff.Index); ok && err == nil {
					cutoff.Term = e.Term
				}
				return s.Purge(ctx, cutoff)
			}}),
		},
		{
			name:     "purge writes anew what a writer adds to",
			caughtBy: []string{"purger-beside-writer"},
			log: planted(hooks{purge: func(ctx context.Context, s store, cutoff engines.LogID) error {
				rest := all(ctx, s)
				for range 50 * min(1, len(rest)/purgedBehind) { // until the writer wrote, if there is one beside
					if now := all(ctx, s); len(now) > len(rest) {
						break
					}
					time.Sleep(100 * time.Microsecond)
				}
				rest = slices.DeleteFunc(rest, func(e engines.Entry) bool { return e.Index <= cutoff.Index })
				return errors.Join(s.Purge(ctx, cutoff), s.PersistEntries(ctx, rest))
			}}),
		},
		{
			name:     "boundary has 32 bits",
			caughtBy: []string{"purge-far"},
			log: planted(hooks{boundary: func(ctx context.Context, s store) (engines.LogID, bool, error) {
				b, ok, err := s.LoadPurgeBoundary(ctx)
				return engines.LogID{Index: uint64(uint32(b.Index)), Term: uint64(uint32(b.Term))}, ok, err
			}}),
		},
		{
			name:     "last index forgets the boundary",
			caughtBy: []string{"purge-all", "purge-all-reopen"},
			log: planted(hooks{last: func(s store) uint64 {
				if len(all(context.Background(), s)) == 0 {
					return 0
				}
				return s.LastIndex()
			}}),
		},
	}
}

func resetPlants() []plant {
	return []plant{
		{
			name:     "reset keeps the boundary",
			caughtBy: []string{"reset", "reset-starts-at-1", "reset-reopen"},
			log:      planted(hooks{reset: func(ctx context.Context, s store) error { return s.Truncate(ctx, s.LastIndex()) }}),
		},
		{
			name:     "reset of an empty log fails",
			caughtBy: []string{"reset-empty-log"},
			log: planted(hooks{reset: func(ctx context.Context, s store) error {
				if s.LastIndex() == 0 {
					return errPlanted
				}
				return s.Reset(ctx)
			}}),
		},
		{
			name:     "flush drops the newest entry",
			caughtBy: []string{"flush", "reopen-after-flush", "d-engine/flush-persists-all-data"},
			log:      planted(hooks{flush: func(ctx context.Context, s store) error { return s.Truncate(ctx, s.LastIndex()) }}),
		},
	}
}

func replacePlants() []plant {
	return []plant{
		{
			name:     "replace keeps the old suffix",
			caughtBy: []string{"replace", "replace-reopen"},
			log: planted(hooks{replace: func(ctx context.Context, s store, from uint64, entries []engines.Entry) error {
				suffix, _ := s.GetEntries(ctx, from+uint64(len(entries)), math.MaxUint64)
				return errors.Join(s.ReplaceRange(ctx, from, entries), s.PersistEntries(ctx, suffix))
			}}),
		},
		{
			name:     "replace by nothing does nothing",
			caughtBy: []string{"replace-empty", "replace-compacted"},
			log: planted(hooks{replace: func(ctx context.Context, s store, from uint64, entries []engines.Entry) error {
				if len(entries) == 0 {
					return nil
				}
				return s.ReplaceRange(ctx, from, entries)
			}}),
		},
		{
			name:     "replace cuts before it looks",
			caughtBy: []string{"replace-other-index"},
			log: planted(hooks{replace: func(ctx context.Context, s store, from uint64, entries []engines.Entry) error {
				return errors.Join(s.Truncate(ctx, from), s.ReplaceRange(ctx, from, entries))
			}}),
		},
		{
			name:     "replace moves a batch to from",
			caughtBy: []string{"replace-gap"},
			log: planted(hooks{replace: func(ctx context.Context, s store, from uint64, entries []engines.Entry) error {
				if from <= s.LastIndex()+1 {
					return s.ReplaceRange(ctx, from, entries)
				}
				return nil
			}}),
		},
	}
}
