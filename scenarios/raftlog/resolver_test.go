package raftlog

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios"
)

// transcript returns the calls of p, one a line: kind, then index/term:size of
// each entry or the other arguments.
func transcript(p scenarios.Program) string {
	var lines []string
	r := newResolver()
	for _, s := range p {
		for _, a := range actionsOf(r, s) {
			lines = append(lines, describe(a.Op))
		}
	}
	return strings.Join(lines, "\n")
}

func describe(o models.Op) string {
	words := []string{o.Word()}
	op := logOp(o)
	switch op.Kind {
	case logmodel.Replace, logmodel.Truncate, logmodel.ReadEntry:
		words = append(words, fmt.Sprint(op.From))
	case logmodel.ReadRange:
		words = append(words, fmt.Sprintf("%d..%d", op.From, op.To))
	case logmodel.Purge:
		words = append(words, fmt.Sprintf("%d/%d", op.Cutoff.Index, op.Cutoff.Term))
	case logmodel.SaveHardState:
		words = append(words, fmt.Sprintf("%d vote %d", op.HardState.Term, op.HardState.Vote))
	}
	for _, e := range op.Entries {
		words = append(words, fmt.Sprintf("%d/%d:%d", e.Index, e.Term, e.SizeBytes))
	}
	return strings.Join(words, " ")
}

func TestResolve(t *testing.T) {
	tests := []struct{ name, program, want string }{
		{"sizes in turn", "persist 3 size=0,64", "persist 1/0:0 2/0:64 3/0:0"},
		{"standard size", "persist 1", "persist 1/0:8"},
		{"nothing to write", "persist 0 back=1", "persist"},
		{
			"overwrite and clamp",
			"save-hard-state term=+1\npersist 3\nsave-hard-state term=+1\npersist 1 back=2\npersist 1 back=9",
			"save-hard-state 1 vote 0\npersist 1/1:8 2/1:8 3/1:8\nsave-hard-state 2 vote 0\npersist 2/2:8\npersist 1/2:8",
		},
		{
			"the same entry again",
			"persist 2 size=5\npersist 2 back=1 size=9",
			"persist 1/0:5 2/0:5\npersist 2/0:5 3/0:9",
		},
		{
			"again, in its own terms and sizes",
			"save-hard-state term=+1\npersist 2 size=5\npersist 1 size=7\nsave-hard-state term=+1\nreplace 2 2 size=3\npersist 0\npersist again",
			"save-hard-state 1 vote 0\npersist 1/1:5 2/1:5\npersist 3/1:7\nsave-hard-state 2 vote 0\nreplace 2 2/2:3 3/2:3\npersist\npersist 2/2:3 3/2:3",
		},
		{"again of a part", "persist 3 size=5\ntruncate 2\npersist again\npersist 1", "persist 1/0:5 2/0:5 3/0:5\ntruncate 2\npersist 1/0:5 2/0:5 3/0:5\npersist 4/0:8"},
		{"again behind a hole", "persist 3\npersist 2\ntruncate 3\npersist again", "persist 1/0:8 2/0:8 3/0:8\npersist 4/0:8 5/0:8\ntruncate 3\npersist"},
		{"again what was purged", "persist 3\npurge 1\npersist again", "persist 1/0:8 2/0:8 3/0:8\npurge 1/0\npersist"},
		{"again nothing", "persist again\npersist 1", "persist\npersist 1/0:8"},
		{
			"spanning terms",
			"save-hard-state term=+5\npersist 3 terms=2\nsave-hard-state term=+1\npersist 4 terms=9",
			"save-hard-state 5 vote 0\npersist 1/4:8 2/4:8 3/5:8\nsave-hard-state 6 vote 0\npersist 4/5:8 5/5:8 6/5:8 7/6:8",
		},
		{"more terms than there were", "persist 2 terms=2", "persist 1/0:8 2/0:8"},
		{"truncate", "persist 3\ntruncate 2\ntruncate 5\ntruncate 1", "persist 1/0:8 2/0:8 3/0:8\ntruncate 2\ntruncate 1\ntruncate 1"},
		{
			"purge",
			"save-hard-state term=+1\npersist 3\npurge 1\npurge 0\npurge 9\npersist 1\ntruncate 5",
			"save-hard-state 1 vote 0\npersist 1/1:8 2/1:8 3/1:8\npurge 1/1\npurge 1/1\npurge 3/1\npersist 4/1:8\ntruncate 4",
		},
		{
			"purge past the end",
			"persist 1\nsave-hard-state term=+2\npurge all+5\npersist 1\npurge all",
			"persist 1/0:8\nsave-hard-state 2 vote 0\npurge 6/2\npersist 7/2:8\npurge 7/2",
		},
		{"purge of nothing", "purge 3", "purge 0/0"},
		{"replace", "persist 3\nreplace 2 1 size=7\nreplace 1 0", "persist 1/0:8 2/0:8 3/0:8\nreplace 2 2/0:8\nreplace 2"},
		{"reset", "persist 2\npurge 1\nreset\npersist 1", "persist 1/0:8 2/0:8\npurge 1/0\nreset\npersist 1/0:8"},
		{
			"votes bind",
			"save-hard-state term=+1 vote=2\nsave-hard-state vote=3\nsave-hard-state\nsave-hard-state term=+1 vote=3",
			"save-hard-state 1 vote 2\nsave-hard-state 1 vote 2\nsave-hard-state 1 vote 2\nsave-hard-state 2 vote 3",
		},
		{
			"reads",
			"persist 3\npurge 1\nread-entry 1\nread-entry 0\nread-range 1 2\nread-range 5 0",
			"persist 1/0:8 2/0:8 3/0:8\npurge 1/0\nread-entry 2\nread-entry 1\nread-range 2..3\nread-range 6..6",
		},
		{"lives", "reopen\nkill\ncrash lose=everything", "reopen\ncrash\ncrash"},
		{"in a block", "concurrently flushers=1 flushes=2 {\npersist 1\ntruncate 1\n}", "persist 1/0:8\ntruncate 1\nflush\nflush"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := transcript(MustParse(test.program)); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestAdopt(t *testing.T) {
	entries := func(ids ...engines.LogID) (out []logmodel.Entry) {
		for _, id := range ids {
			out = append(out, logmodel.Entry{Index: id.Index, Term: id.Term})
		}
		return out
	}
	boundary := engines.LogID{Index: 5, Term: 2}
	tests := []struct {
		name string
		view logmodel.View
		want string
	}{
		{"nothing left", logmodel.View{}, "persist 1/0:8"},
		{"entries", logmodel.View{Entries: entries(engines.LogID{Index: 1, Term: 3}), HardState: engines.HardState{Term: 4}}, "persist 2/4:8"},
		{"only a boundary", logmodel.View{Boundary: boundary, HasBoundary: true, LastIndex: 5, HardState: engines.HardState{Term: 2}}, "persist 6/2:8"},
		{"a boundary and entries", logmodel.View{Boundary: boundary, HasBoundary: true, Entries: entries(engines.LogID{Index: 6, Term: 2}), HardState: engines.HardState{Term: 3}}, "persist 7/3:8"},
		{"no boundary kept", logmodel.View{Entries: entries(engines.LogID{Index: 6, Term: 2}), HardState: engines.HardState{Term: 2}}, "persist 7/2:8"},
		{"a last index alone", logmodel.View{LastIndex: 5}, "persist 6/0:8"},
		{"a hard state behind the log", logmodel.View{Entries: entries(engines.LogID{Index: 1, Term: 7}), HardState: engines.HardState{Term: 4}}, "persist 2/7:8"},
	}
	for _, test := range tests {
		r := NewResolver()
		r.Resolve(scenarios.Step{Kind: Persist, Count: 3})
		r.Resolve(scenarios.Step{Kind: SaveHardState, Raise: 1})
		r.Adopt(logmodel.Contract{Replaces: true}, &test.view)
		if got := describe(r.Resolve(scenarios.Step{Kind: Persist, Count: 1})[0].Op); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

// A node that finds its log ahead of its hard state goes on from the log's term.
func TestHardStateBehindTheLog(t *testing.T) {
	r := NewResolver()
	r.Adopt(logmodel.Contract{Replaces: true}, &logmodel.View{Entries: []logmodel.Entry{{Index: 1, Term: 7}}, HardState: engines.HardState{Term: 4, Vote: 2}, HasHardState: true})
	steps := MustParse("save-hard-state vote=3\nsave-hard-state term=+1\npurge all+1")
	for i, want := range []string{"save-hard-state 7 vote 3", "save-hard-state 8 vote 0", "purge 2/8"} {
		if got := describe(r.Resolve(steps[i])[0].Op); got != want {
			t.Errorf("step %d: got %q, want %q", i, got, want)
		}
	}
}

func TestAdoptBrokenView(t *testing.T) {
	views := []logmodel.View{
		{LastIndex: ^uint64(0)},
		{Boundary: engines.LogID{Index: 1}, HasBoundary: true, LastIndex: ^uint64(0)},
		{Entries: []logmodel.Entry{{Index: 0}, {Index: 9}}},
		{Boundary: engines.LogID{Index: 9, Term: ^uint64(0)}, Entries: []logmodel.Entry{{Index: 3, Term: 5}, {Index: 1}}},
	}
	program := MustParse("persist 3 back=1 terms=3\npurge 2\npurge all+3\nconcurrently readers=2 reads=9 {\npersist 1\nreset\npersist 1\n}\nsave-hard-state term=+1")
	wraps := MustParse("concurrently readers=1 {\npurge all+2\n}")
	for _, view := range views {
		for _, p := range []scenarios.Program{program, wraps} {
			r := NewResolver()
			r.Adopt(logmodel.Contract{Replaces: true}, &view)
			for _, s := range p {
				actionsOf(r, s) // must not panic
			}
		}
	}
}

func TestNegativeNumbersAreZero(t *testing.T) {
	p := scenarios.Program{
		{Kind: Persist, Count: 2, Back: -1, Terms: -1, Sizes: []scenarios.SizeRange{{Min: -4, Max: -2}, {Min: 3, Max: 1}}},
		{Kind: Persist, Count: -1},
		{Kind: Truncate, Count: -1},
		{Kind: Purge, Count: -1},
		{Kind: SaveHardState, Raise: -1, Vote: -1},
		{Kind: ReadRange, Position: -1, Count: -1},
		{Kind: scenarios.Concurrently, Flushers: -1, Readers: -1},
	}
	want := "persist 1/0:0 2/0:3\npersist\ntruncate 3\npurge 0/0\nsave-hard-state 0 vote 0\nread-range 0..0"
	if got := transcript(p); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestReadersSeeWhatTheWriterTouches(t *testing.T) {
	p := MustParse("persist 2\nconcurrently readers=3 reads=200 {\npersist 2\n}")
	r := NewResolver()
	r.Resolve(p[0])
	readers := r.Together(p[1]).Others
	if len(readers) != 3 || slices.Equal(kindsOf(readers[0]), kindsOf(readers[1])) {
		t.Fatalf("got %d readers, want 3 that differ", len(readers))
	}
	seen := map[string]bool{}
	for _, a := range readers[0] {
		if logOp(a.Op).Kind != logmodel.ReadRange {
			seen[describe(a.Op)] = true
		}
	}
	for _, want := range []string{"read-last-index", "read-entry 0", "read-entry 1", "read-entry 4", "read-entry 5"} {
		if !seen[want] {
			t.Errorf("no %q among 200 reads", want)
		}
	}
	if seen["read-entry 6"] {
		t.Error("got a read two past the end")
	}
}

func kindsOf(actions []scenarios.Action) []logmodel.Kind {
	kinds := make([]logmodel.Kind, len(actions))
	for i, a := range actions {
		kinds[i] = logOp(a.Op).Kind
	}
	return kinds
}

func TestResolveRefusesWhatIsNotOneCall(t *testing.T) {
	tests := map[string]func(scenarios.Resolver){
		"a block as a call": func(r scenarios.Resolver) { r.Resolve(scenarios.Step{Kind: scenarios.Concurrently}) },
		"no kind":           func(r scenarios.Resolver) { r.Resolve(scenarios.Step{}) },
		"a call as a block": func(r scenarios.Resolver) { r.Together(scenarios.Step{Kind: Flush}) },
		"a crash in a block": func(r scenarios.Resolver) {
			r.Together(scenarios.Step{Kind: scenarios.Concurrently, Body: []scenarios.Step{{Kind: scenarios.Crash}}})
		},
		"a block in a block": func(r scenarios.Resolver) {
			r.Together(scenarios.Step{Kind: scenarios.Concurrently, Body: []scenarios.Step{{Kind: scenarios.Concurrently}}})
		},
		"an unknown word": func(r scenarios.Resolver) { r.Resolve(scenarios.Step{Kind: &scenarios.Word{Name: "persist"}}) },
	}
	for name, resolve := range tests {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("got no panic")
				}
			}()
			resolve(NewResolver())
		})
	}
}

func BenchmarkResolve(b *testing.B) {
	step := scenarios.Step{Kind: Persist, Count: 64, Sizes: []scenarios.SizeRange{{Min: 0, Max: 2048}}}
	for b.Loop() {
		NewResolver().Resolve(step)
	}
}
