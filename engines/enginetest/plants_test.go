package enginetest

import (
	"context"
	"errors"
	"math"

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
	for _, group := range [][]plant{
		readPlants(), persistPlants(), payloadPlants(), truncatePlants(), purgePlants(), resetPlants(), replacePlants(),
		keepPlants(), enginePlants(), declinedPlants(),
	} {
		out = append(out, group...)
	}
	return out
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
			caughtBy: []string{"hard-state-zero", "hard-state-zero-reopen"},
			meta: metaHooks{load: func(ctx context.Context, m engines.MetaStore) (engines.HardState, bool, error) {
				state, ok, err := m.LoadHardState(ctx)
				return state, ok && state != engines.HardState{}, err
			}},
		},
		{
			name:     "a reopen takes a zero hard state for none",
			caughtBy: []string{"hard-state-zero-reopen"},
			kept:     func(v *view) { v.hasHard = v.hardState != engines.HardState{} },
		},
		{
			name:     "a reopen takes no hard state for a zero one",
			caughtBy: []string{"hard-state-zero-reopen", "reopen-empty"},
			kept:     func(v *view) { v.hasHard = true },
		},
		{
			name:     "discarded entries come back once the log ends where they begin",
			caughtBy: []string{"reopen-after-overlap-twice"},
			kept: func(v *view) {
				if len(v.entries) == 6 && v.entries[5].Term == 3 {
					v.entries = append(v.entries, span(7, 9, 1)...)
				}
			},
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
