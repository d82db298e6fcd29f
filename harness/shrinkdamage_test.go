package harness_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// TestDamageNotShrunk: a finding of corruption is made small, and says so where it could not be:
// there was no time, or the engine did not do it again. Asked not to, nobody tries.
func TestDamageNotShrunk(t *testing.T) {
	const program = "save-hard-state\npersist 1\npersist 1\nread-range 1 2\npersist 1"
	for name, test := range map[string]struct {
		interrupts, reforms, noShrink bool
		steps                         int
		unfinished                    string
	}{
		"shrunk":      {steps: 2},
		"out of time": {interrupts: true, steps: 5, unfinished: evidence.NotShrunk},
		"reforms":     {reforms: true, steps: 5, unfinished: evidence.NotReproduced},
		"no shrink":   {noShrink: true, steps: 5},
	} {
		ctx, interrupt := context.WithCancel(t.Context())
		var told atomic.Bool
		engine := meetingCorruption(func(env engines.Env, err error) (engines.StorageEngine, error) {
			if test.reforms && told.Load() {
				return nil, err
			}
			return forgetting(env, err)
		})
		o, err := harness.VerifySubject(ctx, engine, harness.Config{
			Only:  []scenarios.NamedProgram{{Name: "five", Program: raftlog.MustParse(program)}},
			Quick: true, SecondLives: -1, Faults: harness.FaultsNone, Until: harness.UntilRefuted, NoShrink: test.noShrink,
			Found: func(*evidence.Case) {
				told.Store(true)
				if test.interrupts {
					interrupt()
				}
			},
		})
		interrupt()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(o.Findings) == 0 || o.Findings[0].Property() != models.NoSilentTruncation {
			t.Fatalf("%s: got %s, want it refuted by %s", name, o.Summary(), models.NoSilentTruncation)
		}
		f := o.Findings[0]
		if len(f.Program) != test.steps || f.Unfinished != test.unfinished || (f.Explanation == nil) != test.noShrink {
			t.Errorf("%s: got %d steps, %q and explanation %v, want %d and %q", name, len(f.Program), f.Unfinished, f.Explanation, test.steps, test.unfinished)
		}
		if f.Shrunk() != (test.unfinished == "" && !test.noShrink) {
			t.Errorf("%s: got shrunk %v", name, f.Shrunk())
		}
	}
}
