package scenarios_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// TestMutate: a mutant parses, is the same for the same seed, keeps the bounds, and leaves its
// parents alone. Most are new.
func TestMutate(t *testing.T) {
	l, c := raftlog.Language, scenarios.Config{StepsMax: 20}
	drawn, differ := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		p, q := l.Programs(c).Draw(t, "p"), l.Programs(c).Draw(t, "q")
		before := p.String() + q.String()
		seed := rapid.Uint64().Draw(t, "seed")
		mutant := l.Mutate(p, q, seed, c)
		if _, err := l.Parse(mutant.String()); err != nil {
			t.Fatalf("%v of\n%s", err, mutant)
		}
		if len(mutant) == 0 || len(mutant) > c.StepsMax {
			t.Fatalf("got %d steps, want 1 to %d", len(mutant), c.StepsMax)
		}
		if again := l.Mutate(p, q, seed, c); again.String() != mutant.String() {
			t.Fatalf("got\n%s\nand then\n%s", mutant, again)
		}
		if p.String()+q.String() != before {
			t.Fatal("the parents have changed")
		}
		drawn++
		if mutant.String() != p.String() {
			differ++
		}
	})
	if differ < drawn*3/4 {
		t.Errorf("got %d mutants of %d that are new, want most", differ, drawn)
	}
}
