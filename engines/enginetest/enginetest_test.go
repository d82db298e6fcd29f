package enginetest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest/trial"
)

func TestSoundEnginePasses(t *testing.T) { TestEngine(t, plant{name: "sound"}.factory()) }

func TestCheckPassesSoundEngine(t *testing.T) {
	if err := Check(t.Context(), plant{name: "sound"}.factory(), t.TempDir()); err != nil {
		t.Error(err)
	}
}

// An engine without the optional abilities is held to less, and passes.
func TestPlainEnginePasses(t *testing.T) {
	sound := plant{name: "plain"}.factory()
	plain := engines.Factory{Name: "plain", Open: func(env engines.Env) (engines.StorageEngine, error) {
		engine, err := sound.Open(env)
		return plainEngine{engine}, err
	}}
	TestEngine(t, plain)
}

type plainEngine struct{ engines.StorageEngine }

func (e plainEngine) LogStore() engines.LogStore {
	return struct{ engines.LogStore }{e.StorageEngine.LogStore()}
}

// Every plant fails the cases named with it, each with the sentence that it
// breaks.
func TestPlantsAreCaught(t *testing.T) {
	for _, p := range plants() {
		t.Run(p.name, func(t *testing.T) {
			for _, name := range p.caughtBy {
				c := caseNamed(t, name)
				err := try(t.Context(), c, p.factory())
				if err == nil || errors.Is(err, trial.ErrSkipped) {
					t.Errorf("%s: got %v, want a failure", name, err)
				} else if !strings.Contains(err.Error(), c.Rule) {
					t.Errorf("%s: got message %q, want it to cite %q", name, err, c.Rule)
				}
			}
		})
	}
}

// A writer ends soon after a purger beside it failed.
func TestWriterEndsWithPurger(t *testing.T) {
	const batchesMax = 5000 // without a purge that goes well
	batches := 0
	p := plant{log: planted(hooks{
		persist: func(ctx context.Context, s store, entries []engines.Entry) error {
			batches++
			return s.PersistEntries(ctx, entries)
		},
		purge: func(context.Context, store, engines.LogID) error { return errPlanted },
	})}
	err := try(t.Context(), caseNamed(t, "purger-beside-writer"), p.factory())
	if !errors.Is(err, errPlanted) || batches >= batchesMax {
		t.Errorf("got error %v after %d batches, want %v and less than %d", err, batches, errPlanted, batchesMax)
	}
}

// TestCheckJoins wants every case that fails in one error.
func TestCheckJoins(t *testing.T) {
	p := plantNamed(readPlants(), "range skips an entry")
	err := Check(t.Context(), p.factory(), t.TempDir())
	if err == nil {
		t.Fatal("got no error, want one")
	}
	for _, name := range p.caughtBy {
		if !strings.Contains(err.Error(), name+": ") {
			t.Errorf("got error %q, want it to name %s", err, name)
		}
	}
}

// No case is there that no plant fails: it would test nothing.
func TestEveryCaseCatchesSomething(t *testing.T) {
	for _, c := range Cases() {
		caught := slices.ContainsFunc(plants(), func(p plant) bool {
			err := try(t.Context(), c, p.factory())
			return err != nil && !errors.Is(err, trial.ErrSkipped)
		})
		if !caught {
			t.Errorf("case %s passes every plant, want a plant that fails it", c.Name)
		}
	}
}

// Random programs alone find most mistakes in what calls do, without a case
// written for them.
func TestModelCatchesPlants(t *testing.T) {
	for _, group := range [][]plant{persistPlants(), truncatePlants(), purgePlants()[:4], resetPlants(), replacePlants()} {
		for _, p := range group {
			t.Run(p.name, func(t *testing.T) {
				for seed := range 500 {
					if try(t.Context(), modelCase(programs().Example(seed)), p.factory()) != nil {
						return
					}
				}
				t.Error("got no failure from 500 programs, want one")
			})
		}
	}
}

// Case names are unique, so that a report can cite them.
func TestCaseNamesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Cases() {
		if seen[c.Name] {
			t.Errorf("got two cases named %s, want one", c.Name)
		}
		seen[c.Name] = true
	}
}

// The model's map and the engine's slice agree on the sentence for a refusal.
func TestModelRefusals(t *testing.T) {
	m := newModel()
	if rule, err := m.persist(span(1, 5, 1)); err != nil || rule != ruleOverlap {
		t.Fatalf("got %v under %q, want no error", err, rule)
	}
	m.purge(engines.LogID{Index: 2, Term: 1})
	tests := []struct {
		name    string
		refusal error
		do      func() (string, error)
	}{
		{"index 0", engines.ErrInvalid, func() (string, error) { return m.persist(span(0, 1, 1)) }},
		{"hole in batch", engines.ErrInvalid, func() (string, error) { return m.persist([]engines.Entry{entry(6, 1), entry(8, 1)}) }},
		{"gap", engines.ErrGap, func() (string, error) { return m.persist(span(7, 7, 1)) }},
		{"compacted", engines.ErrCompacted, func() (string, error) { return m.truncate(2) }},
		{"other index", engines.ErrInvalid, func() (string, error) { return m.replace(4, span(5, 5, 1)) }},
	}
	before := m.view()
	for _, tt := range tests {
		if _, err := tt.do(); !errors.Is(err, tt.refusal) {
			t.Errorf("%s: got error %v, want %v", tt.name, err, tt.refusal)
		}
		if err := compare(m.view(), before); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestMoved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		index, offset := rapid.Uint64Range(0, 9).Draw(t, "index"), rapid.IntRange(-9, 9).Draw(t, "offset")
		if got, want := moved(index, offset), uint64(max(0, int(index)+offset)); got != want {
			t.Errorf("got %d, want %d", got, want)
		}
	})
}

func caseNamed(t *testing.T, name string) Case {
	i := slices.IndexFunc(Cases(), func(c Case) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("got no case named %s, want one", name)
	}
	return Cases()[i]
}
