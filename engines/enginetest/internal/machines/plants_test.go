package machines

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"sync"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

var errPlanted = errors.New("planted")

func plants() []plant {
	return slices.Concat(applyPlants(), readPlants(), positionPlants(), servingPlants(), keepPlants(), snapshotPlants())
}

// planted plants methods that keep nothing.
func planted(b broken) func(afero.Fs) broken { return func(afero.Fs) broken { return b } }

// commands changes each command of a chunk before it is applied.
func commands(change func(*engines.Command)) func(afero.Fs) broken {
	return planted(broken{apply: func(ctx context.Context, m sound, entries []engines.Entry) ([]engines.ApplyResult, error) {
		entries = slices.Clone(entries)
		for i, e := range entries {
			if c, err := engines.ParseCommand(e.Payload); err == nil {
				change(&c)
				entries[i].Payload = c.Payload()
			}
		}
		return m.ApplyChunk(ctx, entries)
	}})
}

func applyPlants() []plant {
	return []plant{
		{
			name: "a delete does nothing", caughtBy: []string{"commands", "d-engine/basic-kv", "d-engine/apply-chunk", "reopen-then-repeat"},
			methods: commands(func(c *engines.Command) {
				if c.Kind == engines.CommandDelete {
					*c = engines.Command{}
				}
			}),
		},
		{
			name: "a swap expects nothing", caughtBy: []string{"compare-and-swap", "d-engine/cas"},
			methods: commands(func(c *engines.Command) {
				if c.Kind == engines.CommandCompareAndSwap {
					c.Kind = engines.CommandPut
				}
			}),
		},
		{
			name: "an empty chunk is refused", caughtBy: []string{"empty-chunk"},
			methods: planted(broken{apply: func(ctx context.Context, m sound, entries []engines.Entry) ([]engines.ApplyResult, error) {
				if len(entries) == 0 {
					return nil, engines.ErrInvalid
				}
				return m.ApplyChunk(ctx, entries)
			}}),
		},
		{
			name: "a repeat says that it succeeded", caughtBy: []string{"repeats", "reopen-then-repeat"},
			methods: planted(broken{apply: func(ctx context.Context, m sound, entries []engines.Entry) ([]engines.ApplyResult, error) {
				results, err := m.ApplyChunk(ctx, entries)
				for i, r := range results {
					results[i].Succeeded, results[i].Repeated = r.Succeeded || r.Repeated, false
				}
				return results, err
			}}),
		},
		{
			name: "a gap is accepted", caughtBy: []string{"refused-chunks"},
			methods: planted(broken{apply: func(ctx context.Context, m sound, entries []engines.Entry) ([]engines.ApplyResult, error) {
				if len(entries) > 0 && entries[0].Index > 1 {
					m.UpdateLastApplied(engines.LogID{Index: entries[0].Index - 1, Term: 1})
				}
				return m.ApplyChunk(ctx, entries)
			}}),
		},
		{
			name: "an index has 63 bits", caughtBy: []string{"highest-index"},
			methods: planted(broken{apply: func(ctx context.Context, m sound, entries []engines.Entry) ([]engines.ApplyResult, error) {
				if len(entries) > 0 && entries[0].Index > math.MaxInt64 {
					return nil, engines.ErrInvalid
				}
				return m.ApplyChunk(ctx, entries)
			}}),
		},
		{
			name: "a value has 64 KiB at most", caughtBy: []string{"large-value"},
			methods: commands(func(c *engines.Command) { c.Value = c.Value[:min(len(c.Value), 64<<10)] }),
		},
		{name: "values are the caller's own", caughtBy: []string{"caller-reuses-chunk"}, methods: valuesGiven},
		{
			name: "a cancelled call applies", caughtBy: []string{"cancelled"},
			methods: planted(broken{apply: func(ctx context.Context, m sound, entries []engines.Entry) ([]engines.ApplyResult, error) {
				return m.ApplyChunk(context.WithoutCancel(ctx), entries)
			}}),
		},
	}
}

// valuesGiven keeps the caller's bytes of what is put, and shows them.
func valuesGiven(afero.Fs) broken {
	var given sync.Map
	return broken{
		apply: func(ctx context.Context, m sound, entries []engines.Entry) ([]engines.ApplyResult, error) {
			results, err := m.ApplyChunk(ctx, entries)
			for i, r := range results {
				if c, _ := engines.ParseCommand(entries[i].Payload); r.Succeeded && c.Kind != engines.CommandNone {
					given.Store(string(c.Key), c.Value)
				}
			}
			return results, err
		},
		get: func(ctx context.Context, m sound, key []byte) ([]byte, bool, error) {
			value, ok, err := m.Get(ctx, key)
			if held, isHeld := given.Load(string(key)); ok && isHeld {
				value = held.([]byte)
			}
			return value, ok, err
		},
	}
}

func readPlants() []plant {
	return []plant{
		{
			name: "an empty value is none", caughtBy: []string{"get", "commands", "reopen"},
			methods: planted(broken{get: func(ctx context.Context, m sound, key []byte) ([]byte, bool, error) {
				value, ok, err := m.Get(ctx, key)
				return value, ok && len(value) > 0, err
			}}),
		},
		{
			name: "values in the order of their keys", caughtBy: []string{"get-multi", "d-engine/get-multi-returns-values-in-key-order"},
			methods: planted(broken{multi: func(ctx context.Context, m sound, keys [][]byte) ([][]byte, uint64, error) {
				return m.GetMulti(ctx, slices.SortedFunc(slices.Values(keys), bytes.Compare))
			}}),
		},
		{
			name: "an absent value is empty", caughtBy: []string{"get-multi", "d-engine/get-multi-absent-keys-return-none", "d-engine/get-multi-partial-hit-some-keys-missing"},
			methods: planted(broken{multi: func(ctx context.Context, m sound, keys [][]byte) ([][]byte, uint64, error) {
				values, applied, err := m.GetMulti(ctx, keys)
				for i, value := range values {
					values[i] = append([]byte{}, value...)
				}
				return values, applied, err
			}}),
		},
		{
			name: "a request of no keys is refused", caughtBy: []string{"get-multi", "d-engine/get-multi-empty-keys-returns-empty"},
			methods: planted(broken{multi: func(ctx context.Context, m sound, keys [][]byte) ([][]byte, uint64, error) {
				if len(keys) == 0 {
					return nil, 0, engines.ErrInvalid
				}
				return m.GetMulti(ctx, keys)
			}}),
		},
		{
			name: "values of two states", methods: valuesOfTwoStates,
			caughtBy: []string{
				"readers-beside-applies", "d-engine/get-multi-service-registry-coherence",
				"d-engine/get-multi-election-state-coherence", "d-engine/get-multi-quota-management-coherence",
			},
		},
		{
			name: "a prefix is where a scan begins", caughtBy: []string{"scan-prefix"},
			methods: planted(broken{scan: func(ctx context.Context, m sound, prefix []byte) ([]engines.KeyValue, uint64, error) {
				pairs, revision, err := m.ScanPrefix(ctx, nil)
				return slices.DeleteFunc(pairs, func(p engines.KeyValue) bool { return bytes.Compare(p.Key, prefix) < 0 }), revision, err
			}}),
		},
		{name: "results are the machine's own", caughtBy: []string{"caller-changes-result"}, methods: resultsKept},
		{
			name: "every entry has the last term", caughtBy: []string{"entry-term"},
			methods: planted(broken{term: func(m sound, index uint64) (uint64, bool) {
				last := m.LastApplied()
				return last.Term, index > 0 && index <= last.Index
			}}),
		},
	}
}

// valuesOfTwoStates shows the first value as it was at the read before.
func valuesOfTwoStates(afero.Fs) broken {
	var mu sync.Mutex
	var before []byte
	return broken{multi: func(ctx context.Context, m sound, keys [][]byte) ([][]byte, uint64, error) {
		values, applied, err := m.GetMulti(ctx, keys)
		mu.Lock()
		defer mu.Unlock()
		if len(values) > 1 {
			first := values[0]
			if before != nil {
				values[0] = before
			}
			before = first
		}
		return values, applied, err
	}}
}

// resultsKept returns the same pairs until something is applied.
func resultsKept(afero.Fs) broken {
	var mu sync.Mutex
	var kept []engines.KeyValue
	return broken{scan: func(ctx context.Context, m sound, prefix []byte) ([]engines.KeyValue, uint64, error) {
		mu.Lock()
		defer mu.Unlock()
		pairs, revision, err := m.ScanPrefix(ctx, prefix)
		if len(pairs) != len(kept) {
			kept = pairs
		}
		return kept, revision, err
	}}
}

func positionPlants() []plant {
	ignored := func(context.Context, sound, engines.LogID) error { return nil }
	return []plant{
		{
			name: "the position is not updated", caughtBy: []string{"last-applied-never-back", "d-engine/drop-persists-last-applied", "reopen", "flush"},
			methods: planted(broken{update: func(sound, engines.LogID) {}}),
		},
		{
			name: "the position is not persisted", caughtBy: []string{"last-applied-never-back", "last-applied-persisted"},
			methods: planted(broken{persist: ignored}),
		},
		{
			name: "metadata is not persisted", caughtBy: []string{"snapshot-metadata", "d-engine/persistence"},
			methods: planted(broken{metadata: func(context.Context, sound, engines.SnapshotMetadata) error { return nil }}),
		},
	}
}

func servingPlants() []plant {
	return []plant{
		{
			name: "it never runs", caughtBy: []string{"new", "stopped", "d-engine/start-stop"},
			methods: planted(broken{running: func(sound) bool { return false }}),
		},
		{
			name: "a stopped machine answers", caughtBy: []string{"stopped", "d-engine/start-stop"},
			methods: planted(broken{stop: func(context.Context, sound) error { return nil }}),
		},
		{
			name: "claims change", caughtBy: []string{"claims"},
			methods: planted(broken{claims: func(m sound) engines.MachineClaims {
				return engines.MachineClaims{ApplyDurable: m.LastApplied().Index > 0}
			}}),
		},
		{
			name: "a closed machine is closed again", caughtBy: []string{"closed"},
			methods: planted(broken{shut: func(m sound) error {
				if err := m.Close(); !errors.Is(err, engines.ErrClosed) {
					return err
				}
				return nil
			}}),
		},
		{name: "places share a machine", caughtBy: []string{"opens-apart"}, shared: true},
	}
}

func keepPlants() []plant {
	countsOne := func(m sound) { m.UpdateLastApplied(engines.LogID{Index: m.LastApplied().Index + 1, Term: 1}) }
	return []plant{
		{
			name: "a reset leaves a position", caughtBy: []string{"reset", "d-engine/reset", "d-engine/last-applied-detection", "d-engine/snapshot-operations"},
			methods: planted(broken{reset: func(ctx context.Context, m sound) error {
				err := m.Reset(ctx)
				countsOne(m)
				return err
			}}),
		},
		{
			name: "a reopen finds nothing", opened: func(ctx context.Context, m sound) error { return m.Reset(ctx) },
			caughtBy: []string{
				"reopen", "reopen-again", "reopen-then-repeat", "last-applied-persisted", "d-engine/persistence", "d-engine/drop-flushes-data",
				"d-engine/data-survives-reopen", "d-engine/ungraceful-shutdown-recovery",
			},
		},
		{
			name: "a reopen counts as an entry", caughtBy: []string{"reopen-empty", "reset"},
			opened: func(_ context.Context, m sound) error { countsOne(m); return nil },
		},
		{
			name: "a flush counts as an entry", caughtBy: []string{"flush", "d-engine/ungraceful-shutdown-recovery"},
			methods: planted(broken{flush: func(ctx context.Context, m sound) error {
				countsOne(m)
				return m.Flush(ctx)
			}}),
		},
	}
}

func snapshotPlants() []plant {
	return []plant{
		{
			name: "a snapshot says any position", caughtBy: []string{"generate-elsewhere"},
			methods: planted(broken{generate: func(ctx context.Context, m sound, path string, _ engines.LogID) (engines.Checksum, error) {
				return m.GenerateSnapshotData(ctx, path, m.LastApplied())
			}}),
		},
		{name: "a file that is there stays", caughtBy: []string{"generate-replaces-file"}, methods: oldFileKept},
		{
			name: "a restore forgets the metadata", caughtBy: []string{"snapshot-of-itself", "snapshot-of-empty-machine", "d-engine/snapshot-operations"},
			methods: planted(broken{restore: func(ctx context.Context, m sound, metadata engines.SnapshotMetadata, path string) error {
				if err := m.ApplySnapshotFromFile(ctx, metadata, path); err != nil {
					return err
				}
				return m.PersistSnapshotMetadata(ctx, engines.SnapshotMetadata{})
			}}),
		},
		{name: "it reads its own snapshots only", caughtBy: []string{"snapshot-of-another-machine"}, methods: ownSnapshotsOnly},
		{
			name: "an older snapshot is taken in silence", caughtBy: []string{"refused-snapshots"},
			methods: planted(broken{restore: func(ctx context.Context, m sound, metadata engines.SnapshotMetadata, path string) error {
				if err := m.ApplySnapshotFromFile(ctx, metadata, path); !errors.Is(err, engines.ErrStale) {
					return err
				}
				return nil
			}}),
		},
	}
}

func oldFileKept(afero.Fs) broken {
	kept := map[string]engines.Checksum{}
	return broken{generate: func(ctx context.Context, m sound, path string, last engines.LogID) (engines.Checksum, error) {
		if sum, ok := kept[path]; ok {
			return sum, nil
		}
		sum, err := m.GenerateSnapshotData(ctx, path, last)
		kept[path] = sum
		return sum, err
	}}
}

func ownSnapshotsOnly(afero.Fs) broken {
	own := map[string]engines.Checksum{}
	return broken{
		generate: func(ctx context.Context, m sound, path string, last engines.LogID) (engines.Checksum, error) {
			sum, err := m.GenerateSnapshotData(ctx, path, last)
			own[path] = sum
			return sum, err
		},
		restore: func(ctx context.Context, m sound, metadata engines.SnapshotMetadata, path string) error {
			if !slices.Contains(slices.Collect(maps.Values(own)), metadata.Checksum) {
				return errPlanted
			}
			return m.ApplySnapshotFromFile(ctx, metadata, path)
		},
	}
}
