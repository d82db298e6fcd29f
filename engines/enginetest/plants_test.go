package enginetest

import (
	"context"
	"errors"
	"math"
	"sync"
	"sync/atomic"

	"github.com/ackproof/ackproof/engines"
)

var errPlanted = errors.New("planted error")

// all reads the whole of a sound log.
func all(ctx context.Context, s store) []engines.Entry {
	entries, _ := s.GetEntries(ctx, 0, math.MaxUint64)
	return entries
}

// planted returns a maker of hooks that have no memory of their own.
func planted(h hooks) func() hooks { return func() hooks { return h } }

// plants are mistakes that engines are known to make, or could.
func plants() []plant {
	var out []plant
	for _, group := range [][]plant{readPlants(), persistPlants(), changePlants(), replacePlants(), keepPlants(), enginePlants()} {
		out = append(out, group...)
	}
	return out
}

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
			name:     "one entry of a batch is dropped",
			caughtBy: []string{"persist-one"},
			log: planted(hooks{persist: func(ctx context.Context, s store, entries []engines.Entry) error {
				return s.PersistEntries(ctx, entries[:max(len(entries), 1)-1])
			}}),
		},
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

func changePlants() []plant {
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

func keepPlants() []plant {
	loseLast := func(v *view) {
		if n := len(v.entries); n > 0 {
			v.entries = v.entries[:n-1]
		}
	}
	return []plant{
		{
			name: "close loses the newest entry",
			caughtBy: []string{
				"reopen", "reopen-after-truncate", "reopen-after-flush", "d-engine/persist-entries-durability",
				"d-engine/truncate-durability", "d-engine/purge-durability", "payload-large-reopen",
			},
			kept: loseLast,
		},
		{
			name:     "close loses the boundary's term",
			caughtBy: []string{"reopen", "purge-all-reopen"},
			kept:     func(v *view) { v.boundary.Term = 0 },
		},
		{
			name:     "close loses the hard state",
			caughtBy: []string{"hard-state-reopen", "reset-reopen", "d-engine/hard-state-persistence", "d-engine/hard-state-crash-recovery"},
			kept:     func(v *view) { v.hasHard = false },
		},
		{
			name:     "vote is not saved",
			caughtBy: []string{"hard-state", "hard-state-apart-from-log", "readers-beside-writer", "d-engine/reset-preserves-meta"},
			meta: metaHooks{save: func(ctx context.Context, m engines.MetaStore, state engines.HardState) error {
				return m.SaveHardState(ctx, engines.HardState{Term: state.Term})
			}},
		},
		{
			name:     "a zero hard state is none",
			caughtBy: []string{"hard-state-zero"},
			meta: metaHooks{load: func(ctx context.Context, m engines.MetaStore) (engines.HardState, bool, error) {
				state, ok, err := m.LoadHardState(ctx)
				return state, ok && state != engines.HardState{}, err
			}},
		},
		{
			name:     "none is a zero hard state",
			caughtBy: []string{"empty-log", "hard-state"},
			meta: metaHooks{load: func(ctx context.Context, m engines.MetaStore) (engines.HardState, bool, error) {
				state, _, err := m.LoadHardState(ctx)
				return state, true, err
			}},
		},
	}
}

func enginePlants() []plant {
	return []plant{
		{name: "closed engine goes on", caughtBy: []string{"closed"}, stays: true},
		{name: "all places are one", caughtBy: []string{"opens-apart"}, shared: true},
		{
			name:     "claims follow the log",
			caughtBy: []string{"claims"},
			claims:   func(log engines.LogStore) engines.Claims { return engines.Claims{AtomicBatch: log.LastIndex() > 0} },
			log:      planted(hooks{reset: func(context.Context, store) error { return nil }}),
		},
		{
			name:     "claims contradict is-write-durable",
			caughtBy: []string{"claims"},
			claims:   func(engines.LogStore) engines.Claims { return engines.Claims{WriteDurable: true} },
		},
		{
			name:     "read of a purged index panics",
			caughtBy: []string{"purge", "compacted"},
			log: planted(hooks{ranged: func(ctx context.Context, s store, first, last uint64) ([]engines.Entry, error) {
				if b, ok, _ := s.LoadPurgeBoundary(ctx); ok && first <= b.Index {
					panic("slice bounds out of range")
				}
				return s.GetEntries(ctx, first, last)
			}}),
		},
	}
}
