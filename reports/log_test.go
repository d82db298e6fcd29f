package reports_test

import (
	"context"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// forgetful is an engine that cannot say what it purged.
type forgetful struct{ engines.StorageEngine }

func (f forgetful) Claims() engines.Claims { return engines.ClaimsOf(f.StorageEngine) }

// LogStore hides all abilities that are optional.
func (f forgetful) LogStore() engines.LogStore {
	return struct{ engines.LogStore }{f.StorageEngine.LogStore()}
}

// What the contract leaves open is no difference: only the hard state was lost.
func TestLogWithoutBoundary(t *testing.T) {
	f := plant(t, "hard-state-not-synced").Factory()
	open := f.Open
	f.Open = func(env engines.Env) (engines.StorageEngine, error) {
		e, err := open(env)
		return forgetful{e}, err
	}
	const program = "# ackproof program v1\npersist 3\npurge 2\nsave-hard-state term=+1 vote=2\n"
	outcome, err := harness.Verify(context.Background(), f, harness.Config{
		Only:  []scenarios.NamedProgram{{Name: "purge", Program: raftlog.MustParse(program)}},
		Depth: -1, NoShrink: true, Until: harness.UntilRefuted,
	})
	if err != nil {
		t.Fatal(err)
	}
	findings := reports.New(reports.Result{Outcome: outcome}).Findings
	if len(findings) != 1 || findings[0].Property != "hard-state-durable" {
		t.Fatalf("got %v, want that a hard state was lost", findings)
	}
	for _, row := range findings[0].Log {
		if differs := row.Before != row.Recovered; differs != (row.What == "hard state") {
			t.Errorf("got %+v of\n%s", row, strings.Join(findings[0].Why, "\n"))
		}
	}
}
