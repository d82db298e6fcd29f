package raftlog

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/engines"
	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios"
)

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		limits        engines.Limits
		replaces      bool
		program, want string
	}{
		{engines.Limits{}, true, "persist 3", "persist 1/0:8 2/0:8 3/0:8"},
		{engines.Limits{BatchMaxEntries: 2}, true, "persist 5", "persist 1/0:8 2/0:8\npersist 3/0:8 4/0:8\npersist 5/0:8"},
		{engines.Limits{BatchMaxBytes: 16}, true, "persist 3\npersist 2 back=1 size=20", "persist 1/0:8 2/0:8\npersist 3/0:8\npersist 3/0:8\npersist 4/0:16"},
		{engines.Limits{EntryMaxBytes: 9}, true, "persist 2 size=0,900", "persist 1/0:0 2/0:9"},
		{engines.Limits{BatchMaxEntries: 1}, true, "persist 1\nreplace 1 2\nreplace 1 0", "persist 1/0:8\nreplace 1 1/0:8\npersist 2/0:8\nreplace 2"},
		{engines.Limits{BatchMaxEntries: 1}, false, "persist 1\nreplace 1 2", "persist 1/0:8\ntruncate 1\npersist 1/0:8\npersist 2/0:8"},
	} {
		if got := calls(logmodel.Contract{Limits: c.limits}, c.replaces, c.program); got != c.want {
			t.Errorf("%+v: got\n%s\nwant\n%s", c.limits, got, c.want)
		}
	}
}

// With limits no call exceeds them, and the log is the same as without but for the
// sizes of its payloads.
func TestLimitsChangeNoLog(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Language.Programs(scenarios.Config{Sequential: true}).Draw(t, "program")
		limits := engines.Limits{
			EntryMaxBytes: scenarios.Between(t, "entry", 0, 5000), BatchMaxBytes: scenarios.Between(t, "batch", 0, 5000),
			BatchMaxEntries: scenarios.Between(t, "entries", 0, 9),
		}
		replaces := rapid.Bool().Draw(t, "replaces")
		whole, _ := logOf(t, p, engines.Limits{}, replaces)
		got, calls := logOf(t, p, limits, replaces)
		for _, a := range calls {
			if !limits.Allows(entriesOf(a)) {
				t.Fatalf("got %v, want it within %+v", describe(a.Op), limits)
			}
		}
		if len(got) != len(whole) {
			t.Fatalf("got %d entries, want %d", len(got), len(whole))
		}
		for i, e := range whole {
			if got[i].ID() != e.ID() {
				t.Fatalf("got %v, want %v", got[i].ID(), e.ID())
			}
		}
	})
}

// logOf returns the log that a program leaves, and its calls.
func logOf(t *rapid.T, p scenarios.Program, limits engines.Limits, replaces bool) (log []engines.Entry, calls []scenarios.Action) {
	r, l := NewResolver(), newStrictLog()
	r.Adopt(logmodel.Contract{Limits: limits, Replaces: replaces}, &logmodel.View{})
	for _, s := range p {
		if s.Kind.EndsLife() {
			continue
		}
		for _, a := range r.Resolve(s) {
			if err := l.apply(a); err != nil {
				t.Fatal(err)
			}
			calls = append(calls, a)
		}
	}
	return l.entries, calls
}
