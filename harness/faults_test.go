package harness_test

import (
	"context"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/scenarios"
)

// TestFaultsAreRefused: a program with a fault is not run as if it had none.
func TestFaultsAreRefused(t *testing.T) {
	const want = "harness: faults in programs are not run yet"
	for _, text := range []string{"fail fsync 1", "space 100", "space all", "release", "persist 1 cancel=2", "concurrently {\n  release\n}"} {
		program := scenarios.MustParse("persist 1\n" + text)
		c := harness.Config{Profile: crash.StrictPosix(), Only: []scenarios.NamedProgram{{Name: "faulted", Program: program}}}
		if out, err := harness.Record(filelog.Factory(small), c, program); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("record %q: got %v, %v, want %s", text, out, err, want)
		}
		if out, err := harness.Verify(context.Background(), filelog.Factory(small), c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("run %q: got %v, %v, want %s", text, out, err, want)
		}
	}
}
