package harness_test

import (
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
)

// The self-check of an engine on a directory runs in workers as the engine does.
func TestSelfCheckInWorkers(t *testing.T) {
	for _, p := range crash.Profiles() {
		c, check := checked(tiny(p))
		o := verifyOnDir(t, onDir(), c)
		if o.Verdict != evidence.Held || check.Times() != 1 {
			t.Errorf("got %s after %d self-checks, want it held after one", o.Summary(), check.Times())
		}
	}
}

func TestBrokenHarnessOfWorkers(t *testing.T) {
	_, builtIn := checked(harness.Config{})
	c, _ := harness.CheckedBy(tiny(crash.XFS()), nil, &builtIn.Sound)
	if o := verifyOnDir(t, onDir(), c); o.Verdict != evidence.HarnessBroken {
		t.Errorf("got %s, want %s", o.Summary(), evidence.HarnessBroken)
	}
}

func BenchmarkSelfCheckInWorkers(b *testing.B) {
	for b.Loop() {
		broken, err := harness.CheckSelf(b.Context(), engines.NeedsDir, crash.XFS())
		if orNotRun(b, err); broken != "" {
			b.Fatal(broken)
		}
	}
}
