package canary_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/ackproof/ackproof/engines/canary"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// shownBy names the program that each canary needs which breaks at a shape.
var shownBy = map[string]string{
	"flush-forgets-full-file": "many_batches",
	"record-beyond-buffer":    "large_records",
	"zero-payload-ends-log":   "payload_kinds",
	"table-of-entries-full":   "many_entries",
}

// Each named program of a shape finds its canary, and a default run without those
// programs does not. What it draws may have zeros: here they are not, nor are there
// lives after a crash, which draw more.
func TestNamedProgramFindsItsShape(t *testing.T) {
	for _, c := range canary.All() {
		needed, ok := shownBy[c.Name]
		if !ok {
			continue
		}
		if testing.Short() && needed != "payload_kinds" {
			t.Logf("-short: %s is left to the tests in full", needed)
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			var only, others []scenarios.NamedProgram
			rest := harness.Config{Quick: testing.Short()}
			for _, p := range defaultPrograms() {
				if p.Name == needed {
					only = append(only, p)
				}
				if isShape(p.Name) || needed == "large_records" && p.Name == "many_large_segments" { // which has them too
					continue
				}
				if needed == "payload_kinds" {
					p.Program, rest.SecondLives = withoutZeros(p.Program), -1
				}
				others = append(others, p)
			}
			rest.Only = others
			found := verify(t, c.Factory(), harness.Config{Only: only, Until: c.Property})
			ofProperty := func(f *evidence.Case) bool { return f.Property() == models.Property(c.Property) }
			if !slices.ContainsFunc(found.Findings, ofProperty) {
				t.Errorf("%s: got %s, want it refuted by %s", needed, found.Summary(), c.Property)
			}
			if o := verify(t, c.Factory(), rest); o.Verdict != evidence.Held {
				t.Errorf("without the programs of shapes: got %s, want it held, or %s is not needed", o.Summary(), needed)
			}
		})
	}
}

func isShape(program string) bool {
	for _, name := range shownBy {
		if name == program {
			return true
		}
	}
	return false
}

// defaultPrograms returns those of a run with default settings.
func defaultPrograms() []scenarios.NamedProgram {
	out := append([]scenarios.NamedProgram{raftlog.Language.First()}, append(raftlog.Language.Corpus(), raftlog.Language.Named()...)...)
	out = slices.DeleteFunc(out, func(p scenarios.NamedProgram) bool {
		return slices.ContainsFunc(p.Program, func(s scenarios.Step) bool { return s.Kind == scenarios.Concurrently })
	})
	for i := range 24 {
		name := fmt.Sprintf("generated-%d", i+1)
		out = append(out, scenarios.NamedProgram{Name: name, Program: raftlog.Language.Example(uint64(harness.Seed(1).For(name)), scenarios.Config{})})
	}
	return out
}

// withoutZeros returns p with random bytes where it has zeros.
func withoutZeros(p scenarios.Program) scenarios.Program {
	p = slices.Clone(p)
	for i := range p {
		if p[i].Fill == scenarios.FillZeros {
			p[i].Fill = scenarios.FillRandom
		}
		p[i].Body = withoutZeros(p[i].Body)
	}
	return p
}
