package harness_test

import (
	"testing"

	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// TestLeftoverIsBuiltUpon: an engine that clears two slots behind the end of its log
// when it opens, and none further, is refuted in a life after a power failure: once it has
// filled the two, the log ends where an entry of before the crash lies. A life that began on
// any other image of the same recovery does not show that.
func TestLeftoverIsBuiltUpon(t *testing.T) {
	clears := func(n int) func(*slotted) error {
		return func(e *slotted) error { return e.clear(len(e.entries), n) }
	}
	c := harness.Config{Only: []scenarios.NamedProgram{{Name: "batch", Program: raftlog.MustParse("persist 1\npersist 5")}}, NoShrink: true}
	shown := 0
	for c.Seed = 1; c.Seed <= 8; c.Seed++ { // they draw what is done in the second life
		if o := verify(t, slottedOn("clears-two", clears(2)), c); o.Has(models.RecoveredDurable) || o.Has(models.NoSplice) {
			shown++
		}
	}
	if shown == 0 {
		t.Error("none of eight seeds shows it")
	}
	c.Depth = -1
	if o := verify(t, slottedOn("clears-two", clears(2)), c); o.Verdict != evidence.Held {
		t.Errorf("without a second life: %s\n%v", o.Summary(), o.Findings)
	}
	c.Depth = 0
	if o := verify(t, slottedOn("clears-all", clears(32)), c); o.Verdict != evidence.Held {
		t.Errorf("%s\n%v", o.Summary(), o.Findings)
	}
}
