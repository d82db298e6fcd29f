package raftlog

import (
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios"
)

// calls returns the calls that the steps are of an engine held to c, one a line.
func calls(c logmodel.Contract, replaces bool, program string) string {
	r := NewResolver()
	c.Replaces = replaces
	r.Adopt(c, &logmodel.View{})
	var lines []string
	for _, s := range MustParse(program) {
		if !r.Offers(s) {
			continue
		}
		for _, a := range r.Resolve(s) {
			lines = append(lines, describe(a.Op))
		}
	}
	return strings.Join(lines, "\n")
}

// A step is left out that an engine does not offer, and those after it are relative
// to the log that is there without it.
func TestWithout(t *testing.T) {
	for _, c := range []struct {
		without       engines.Without
		replaces      bool
		program, want string
	}{
		{engines.Without{Truncate: true}, false, "persist 3\ntruncate 2\npersist 1", "persist 1/0:8 2/0:8 3/0:8\npersist 4/0:8"},
		{engines.Without{Truncate: true}, false, "persist 2\nreplace 1 2\nreplace 1 0", "persist 1/0:8 2/0:8\npersist 2/0:8 3/0:8"},
		{engines.Without{Truncate: true}, true, "persist 2\nreplace 1 1\nreplace 1 0", "persist 1/0:8 2/0:8\nreplace 2 2/0:8"},
		{engines.Without{}, false, "persist 2\nreplace 1 1", "persist 1/0:8 2/0:8\ntruncate 2\npersist 2/0:8"},
		{engines.Without{Purge: true}, true, "persist 2\npurge all\nread-boundary\npersist 1", "persist 1/0:8 2/0:8\npersist 3/0:8"},
		{engines.Without{Reset: true}, true, "persist 2\nreset\npersist 1", "persist 1/0:8 2/0:8\npersist 3/0:8"},
		{engines.Without{HardState: true}, true, "save-hard-state term=+1\nflush-meta\nread-hard-state\npersist 1\nflush", "persist 1/0:8\nflush"},
	} {
		if got := calls(logmodel.Contract{Without: c.without}, c.replaces, c.program); got != c.want {
			t.Errorf("%+v: got\n%s\nwant\n%s", c.without, got, c.want)
		}
	}
}

func TestWithoutInBlock(t *testing.T) {
	r := NewResolver()
	r.Adopt(logmodel.Contract{Without: engines.Without{Reset: true, HardState: true}, Replaces: true}, &logmodel.View{})
	block := r.Together(MustParse("concurrently flushers=1 {\n  persist 1\n  reset\n  save-hard-state term=+1\n  persist 1\n}")[0])
	if len(block.Writer) != 2 || describe(block.Writer[1].Op) != "persist 2/0:8" {
		t.Errorf("got %v, want two persists", block.Writer)
	}
}

// What an overwrite keeps behind it, and a gap, are there for the steps that follow.
func TestShapeOfDeclined(t *testing.T) {
	keeps := logmodel.Contract{Claims: engines.Claims{OverwriteKeepsTail: true}}
	gaps := logmodel.Contract{Claims: engines.Claims{AcceptsGaps: true}}
	for _, c := range []struct {
		contract      logmodel.Contract
		program, want string
	}{
		{keeps, "persist 4\npersist 1 back=3\npersist 1", "persist 1/0:8 2/0:8 3/0:8 4/0:8\npersist 2/0:8\npersist 5/0:8"},
		{keeps, "persist 3\npersist 3 back=1\npersist 1", "persist 1/0:8 2/0:8 3/0:8\npersist 3/0:8 4/0:8 5/0:8\npersist 6/0:8"},
		{keeps, "persist 3\nreplace 2 1\npersist 1", "persist 1/0:8 2/0:8 3/0:8\nreplace 2 2/0:8\npersist 3/0:8"},
		{gaps, "persist 4\npersist 1\npersist 1", "persist 1/0:8 2/0:8 3/0:8 4/0:8\npersist 7/0:8\npersist 8/0:8"},
		{gaps, "persist 4\npersist 1\ntruncate 1\npersist 1 back=1", "persist 1/0:8 2/0:8 3/0:8 4/0:8\npersist 7/0:8\ntruncate 5\npersist 4/0:8"},
		{gaps, "persist 4\npersist 1\npurge 6\npersist 1", "persist 1/0:8 2/0:8 3/0:8 4/0:8\npersist 7/0:8\npurge 6/0\npersist 8/0:8"},
	} {
		if got := calls(c.contract, true, c.program); got != c.want {
			t.Errorf("%+v: got\n%s\nwant\n%s", c.contract.Claims, got, c.want)
		}
	}
}

// A gap that an engine shows is part of the shape, unless it accepts none.
func TestShapeOfViewWithGap(t *testing.T) {
	view := logmodel.View{LastIndex: 6, Entries: []logmodel.Entry{{Index: 1}, {Index: 2}, {Index: 6}}}
	for gaps, want := range map[bool]string{true: "persist 7/0:8", false: "persist 4/0:8"} {
		r := NewResolver()
		r.Adopt(logmodel.Contract{Claims: engines.Claims{AcceptsGaps: gaps}, Replaces: true}, &view)
		if got := describe(r.Resolve(scenarios.Step{Kind: Persist, Count: 1})[0].Op); got != want {
			t.Errorf("gaps accepted %v: got %s, want %s", gaps, got, want)
		}
	}
}
