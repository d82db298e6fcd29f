package machine

import (
	"slices"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
	model "github.com/ackproof/ackproof/models/machine"
	"github.com/ackproof/ackproof/scenarios"
)

func kept() []scenarios.NamedProgram {
	all := []scenarios.NamedProgram{Language.First(), Language.FirstDirMissing(), Language.EveryCall()}
	return append(append(all, Language.Named()...), Language.Corpus()...)
}

// Every program that is kept says what it shows, and is printed as it is written.
func TestKeptPrograms(t *testing.T) {
	for _, p := range kept() {
		again, err := Language.Parse(p.Program.String())
		if err != nil || again.String() != p.Program.String() || p.Shows == "" {
			t.Errorf("%s (%q): got %v, %v", p.Name, p.Shows, again, err)
		}
	}
}

// The program in which faults are tried has a step of each kind.
func TestEveryCallHasEachKind(t *testing.T) {
	for _, word := range Language.Words {
		if !slices.ContainsFunc(Language.EveryCall().Program, func(s scenarios.Step) bool { return s.Kind == word }) {
			t.Errorf("every-call has no %s", word)
		}
	}
}

// What is drawn is printed as it parses back, and so is whatever is simpler.
func TestDrawnPrograms(t *testing.T) {
	for seed := range uint64(100) {
		p := Language.Example(seed, scenarios.Config{Crashes: true, Faults: true, FirstOpen: true})
		all := []scenarios.Program{p}
		for i := range p {
			all = append(all, p.Simplifications(i)...)
		}
		for _, one := range all {
			if again, err := Language.Parse(one.String()); err != nil || again.String() != one.String() {
				t.Fatalf("seed %d: %v\n%s", seed, err, one)
			}
		}
	}
}

// Each step gives the call that the model expects to be accepted, whatever came before: a
// machine that does all of it never sees a gap, and the same index is always the same entry.
func TestResolvedCallsAreValid(t *testing.T) {
	for seed := range uint64(300) {
		r := NewResolver()
		r.Adopt(model.Contract{}, &model.View{})
		applied, entries := uint64(0), map[uint64]engines.Entry{}
		for _, s := range Language.Example(seed, scenarios.Config{Sequential: true}) {
			if !s.Kind.Call {
				continue
			}
			for _, a := range r.Resolve(s) {
				chunk, _ := a.Input.([]engines.Entry)
				for _, e := range chunk {
					if old, ok := entries[e.Index]; ok && (old.Term != e.Term || string(old.Payload) != string(e.Payload)) {
						t.Fatalf("seed %d: entry %d is %v and was %v", seed, e.Index, e, old)
					}
					if _, err := engines.ParseCommand(e.Payload); err != nil {
						t.Fatalf("seed %d: %v", seed, err)
					}
					entries[e.Index] = e
				}
				if len(chunk) > 0 && chunk[0].Index > applied+1 {
					t.Fatalf("seed %d: %s leaves a gap after %d", seed, a.Op, applied)
				}
				applied = r.(*resolver).applied
			}
		}
	}
}

// After a refused call the steps go on from what the machine says that it has applied.
func TestReadBack(t *testing.T) {
	r := NewResolver()
	r.Adopt(model.Contract{}, &model.View{})
	r.Resolve(scenarios.Step{Kind: Apply, Count: 5})
	if !r.ReadBack(func(scenarios.Action) (models.Result, bool) {
		return models.Result{Answer: &model.Answer{Applied: engines.LogID{Index: 2, Term: 1}}}, true
	}) {
		t.Fatal("got that nothing was read")
	}
	chunk := r.Resolve(scenarios.Step{Kind: Apply, Count: 1})[0].Input.([]engines.Entry)
	if len(chunk) != 1 || chunk[0].Index != 3 {
		t.Errorf("got %v, want entry 3", chunk)
	}
}
