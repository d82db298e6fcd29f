package harness

import (
	"testing"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// A heavy program has fewer states, at fewer crash points, and never more than before.
func TestRoundOfHeavyProgram(t *testing.T) {
	whole := round{plan: crash.DefaultPlan(), secondLives: 6, planned: true}
	if got := whole.of(raftlog.MustParse("persist 64 size=1000")); got != whole {
		t.Errorf("got %+v for a light program, want the round as it is", got)
	}
	for _, text := range []string{"persist 4096 size=0", "persist 1 size=100000", "concurrently {\n  persist 64 size=2000\n}"} {
		heavy := raftlog.MustParse(text)
		got := whole.of(heavy)
		if got.plan.PointsMax != heavyPointsMax || got.secondLives != 2 || !got.planned {
			t.Errorf("%s: got %+v", text, got)
		}
		for stage, most := range got.plan.Max {
			if most < 1 || most > whole.plan.Max[stage]/4 {
				t.Errorf("%s: got at most %d states of stage %d, want a part of %d", text, most, stage, whole.plan.Max[stage])
			}
		}
		first := whole
		first.plan.PointsMax, first.secondLives = 4, 0
		if got := first.of(heavy); got.plan.PointsMax != 4 || got.secondLives != 0 {
			t.Errorf("%s: got %+v, want no more than before", text, got)
		}
	}
}
