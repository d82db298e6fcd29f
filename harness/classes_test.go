package harness_test

import (
	"slices"
	"testing"

	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// Representatives change the order only: what is counted in the end, and how many different
// images the engine was let open, is the same without them.
func TestRepresentativesChangeOrderOnly(t *testing.T) {
	// The engine has no read-only open, so that what is recovered in full does not
	// depend on what came first.
	f := filelog.BufferedFactory(filelog.Options{SegmentBytes: 1 << 10})
	for _, profile := range []crash.Profile{crash.StrictPosix(), crash.Ext4Ordered()} {
		c := harness.Config{
			Profile: profile, Quick: true, Faults: harness.FaultsShare, FaultsEvery: 32,
			Only: []scenarios.NamedProgram{
				{Name: "one", Program: raftlog.MustParse("persist 2 size=300\nflush\npersist 3 size=300\nreopen\npersist 1 back=1\nflush\n")},
				{Name: "two", Program: raftlog.MustParse("save-hard-state term=+1\npersist 2 size=300\ncrash lose=everything\npersist 3 size=300\nflush\n")},
			},
		}
		with := verify(t, f, c)
		without, err := harness.VerifyWithoutRepresentatives(t.Context(), f, c)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := outcomeText(t, with), outcomeText(t, without); got != want {
			t.Errorf("%s: got\n%s\nwant as without representatives\n%s", profile.Name, got, want)
		}
	}
}

// Repeated calls make states of the same classes, and what a crash loses tells classes apart.
func TestClassesRepeat(t *testing.T) {
	profile := crash.StrictPosix()
	metAfter := func(text string) map[evidence.Class]bool {
		r, err := harness.Record(filelog.Factory(filelog.Options{}), harness.Config{Profile: profile}, raftlog.MustParse(text))
		if err != nil {
			t.Fatal(err)
		}
		met := map[evidence.Class]bool{}
		for _, life := range r.Lives {
			classifier := life.Classifier()
			for c := range life.Crashes().Walk(crash.DefaultPlan()) {
				class, _ := classifier.Of(c.Stage(), c.State())
				met[class] = true
			}
		}
		return met
	}
	twice, often := metAfter("persist 1\npersist 1\n"), metAfter("persist 1\npersist 1\npersist 1\npersist 1\npersist 1\n")
	if len(twice) < 3 || len(often) != len(twice) {
		t.Errorf("got %d classes of two calls and %d of five, want as many, and some", len(twice), len(often))
	}
	if other := metAfter("persist 1\npersist 1\npurge 1\n"); len(other) <= len(twice) {
		t.Errorf("got %d classes with another call, want more than %d", len(other), len(twice))
	}
	profile.TearBytes = true
	if torn := metAfter("persist 1\npersist 1\n"); len(torn) <= len(twice) {
		t.Errorf("got %d classes where sectors tear, want more than %d", len(torn), len(twice))
	}
}

// Programs add their classes in their order, and those that do not count wait for nobody.
func TestClassesAreAddedInOrder(t *testing.T) {
	a, b := evidence.Class{Lo: 1}, evidence.Class{Lo: 2}
	for range 20 {
		added := harness.AddClasses(5, 3, [][]evidence.Class{{a}, {a, b}, {b}, nil, {a, b}})
		if want := [][]int{{0}, {1}, nil, nil, nil}; !slices.EqualFunc(added, want, slices.Equal[[]int]) {
			t.Fatalf("got %v, want %v", added, want)
		}
	}
}
