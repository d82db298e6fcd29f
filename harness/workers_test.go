package harness_test

import (
	"encoding/json"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/scenarios"
)

// outcomeText is all of an outcome that a seed decides.
func outcomeText(t *testing.T, o *evidence.Outcome) string {
	t.Helper()
	type finding struct {
		Signature, Found, Program, State, Sentence string
		After, States                              int
	}
	var findings []finding
	for _, f := range o.Findings {
		findings = append(findings, finding{f.Signature, f.Found, f.Program.String(), f.State.String(), f.Sentence(), f.After, f.States})
	}
	data, err := json.MarshalIndent(struct {
		Verdict    evidence.Verdict
		Tally      evidence.Tally
		Properties []evidence.PropertyResult
		Findings   []finding
	}{o.Verdict, o.Tally, o.Properties, findings}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestSameForAnyNumberOfWorkers: what a run finds of several bugs does not depend on how
// its workers raced.
func TestSameForAnyNumberOfWorkers(t *testing.T) {
	defer harness.WaitForTurns()()
	engines := []engines.Factory{threeBugs, redo{payload: true, truncate: true}.factory("two-bugs")}
	if testing.Short() {
		engines = engines[1:]
	}
	for _, f := range engines {
		c := harness.Config{Profile: crash.StrictPosix(), Seed: 2, Quick: true, Workers: 1, Generate: scenarios.Config{Sequential: true}}
		many := []int{2, 8}
		if testing.Short() {
			c.Only, many = append(one(threeProgram), one("persist 2\nreopen\nreplace 1 2")...), many[1:]
		}
		one := outcomeText(t, verify(t, f, c))
		for _, c.Workers = range many {
			if many := outcomeText(t, verify(t, f, c)); many != one {
				t.Errorf("%s: with one worker\n%s\nwith %d\n%s", f.Name, one, c.Workers, many)
			}
		}
	}
}
