package harness_test

import (
	"slices"
	"testing"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// TestCachedReadFails: a read fails over FUSE though the engine has read the same before, as
// the kernel may have forgotten it.
func TestCachedReadFails(t *testing.T) {
	program := raftlog.MustParse("persist 2\nread-range 1 2\nfail read 1\nread-range 1 2\nread-range 1 2")
	out, err := harness.Record(onDir(), harness.Config{}, program)
	orNotRun(t, err)
	life := out.Lives[0]
	fired := slices.ContainsFunc(life.Journal.Events, func(e journal.Event) bool { return e.IsFault() && e.Failed == fault.Read })
	if !fired || out.Failed != nil {
		t.Errorf("the fault fired: %v, %v, want that it did and nothing is wrong with it", fired, out.Failed)
	}
	if calls := life.Calls; !calls[2].Refused() || calls[3].Refused() {
		t.Errorf("got %v, want that the second of three reads was refused", calls)
	}
}
