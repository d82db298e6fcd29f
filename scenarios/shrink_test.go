package scenarios_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

func TestSmallerProgramsHaveASmallerSize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := raftlog.Language.Programs(scenarios.Config{Crashes: true, FirstOpen: true, Faults: true}).Draw(t, "program")
		before := p.String()
		for i := range p {
			for _, smaller := range append(append(p.Simplifications(i), p.Joined(i)...), p.Without(i)) {
				if smaller.Size() >= p.Size() {
					t.Fatalf("got size %d, want less than %d:\n%v", smaller.Size(), p.Size(), smaller)
				}
				if again, err := raftlog.Language.Parse(smaller.String()); err != nil || again.String() != smaller.String() {
					t.Fatalf("does not parse: %v\n%v", err, smaller)
				}
			}
		}
		if p.String() != before {
			t.Fatalf("the program changed, to\n%v", p)
		}
	})
}

func TestSmallerProgramsShareNothing(t *testing.T) {
	p := raftlog.MustParse("persist 2 size=1,2\nconcurrently readers=1 {\npersist 2 size=3\n}\nflush")
	before := p.String()
	for _, smaller := range append(p.Simplifications(2), p.Without(2)) {
		smaller[0].Sizes[0].Max = 99
		smaller[1].Body[0].Sizes[0].Max = 99
		smaller[1].Body[0].Count = 99
	}
	if p.String() != before {
		t.Errorf("got\n%v\nwant\n%s", p, before)
	}
}

func TestFewerStepsAreSmaller(t *testing.T) {
	most := raftlog.MustParse("persist 4096 back=1048576 terms=4096 size=20000-30000")
	if two := raftlog.MustParse("flush\nflush"); most.Size() >= two.Size() {
		t.Errorf("got size %d, want less than %d", most.Size(), two.Size())
	}
	heavy := scenarios.Program{{Kind: raftlog.SaveHardState, Raise: scenarios.NumberLimit, Vote: scenarios.NumberLimit}}
	for range scenarios.StepsLimit - 1 {
		heavy = append(heavy, heavy[0])
	}
	if longer := append(heavy, scenarios.Step{Kind: raftlog.Flush}); heavy.Size() <= 0 || longer.Size() <= heavy.Size() {
		t.Errorf("got size %d of the longest program, and %d of a longer one", heavy.Size(), longer.Size())
	}
}

func TestSimplifications(t *testing.T) {
	tests := []struct {
		step string
		want []string
	}{
		{"flush", nil},
		{"persist 1", nil},
		{"persist 4", []string{"persist 1", "persist 3"}},
		{"persist again", []string{"persist 1"}},
		{"persist 1 back=1 terms=2", []string{"persist 1 terms=2", "persist 1 back=1"}},
		{"persist 1 size=0", []string{"persist 1"}},
		{"persist 1 size=2", []string{"persist 1", "persist 1 size=0", "persist 1 size=1"}},
		{"persist 1 size=1-3", []string{"persist 1", "persist 1 size=1", "persist 1 size=3"}},
		{"persist 1 size=1,3", []string{"persist 1", "persist 1 size=1", "persist 1 size=3"}},
		{"persist 1 fill=zeros", []string{"persist 1"}},
		{"replace 1 1", []string{"truncate 1", "persist 1 back=1", "replace 0 1"}},
		{"purge all+1", []string{"purge 1", "purge 8", "purge all"}},
		{"read-range 1 1", []string{"read-entry 1", "read-range 0 1"}},
		{"kill", []string{"reopen"}},
		{"crash lose=nothing", []string{"reopen", "kill"}},
		{"crash lose=sample:1", []string{"reopen", "kill", "crash lose=nothing", "crash lose=everything", "crash lose=sample:0"}},
		{
			"crash in persist 2 after event 3 lose=everything",
			[]string{
				"reopen", "kill", "crash lose=nothing", "crash lose=everything", "persist 2", "persist 2\nreopen", "persist 2\ncrash lose=everything",
				"crash in persist 2 after event 3 lose=nothing", "crash in persist 1 after event 3 lose=everything",
				"crash in persist 2 lose=everything", "crash in persist 2 after event 2 lose=everything",
			},
		},
		{
			"repeat 3 {\nflush\nusage\n}",
			[]string{
				"flush\nusage", "repeat 1 {\n  flush\n  usage\n}", "repeat 2 {\n  flush\n  usage\n}",
				"repeat 3 {\n  flush\n}", "repeat 3 {\n  usage\n}",
			},
		},
		{
			"concurrently flushers=1 {\nflush\npersist 2\n}",
			[]string{
				"flush\npersist 2",
				"concurrently {\n  flush\n  persist 2\n}",
				"concurrently flushers=1 {\n  persist 2\n}",
				"concurrently flushers=1 {\n  flush\n}",
				"concurrently flushers=1 {\n  flush\n  persist 1\n}",
			},
		},
	}
	for _, test := range tests {
		p := raftlog.MustParse("reset\n" + test.step + "\nreopen")
		var got []string
		for _, smaller := range p.Simplifications(1) {
			text := strings.TrimPrefix(smaller.String(), "# ackproof program v1\nreset\n")
			got = append(got, strings.TrimSuffix(text, "\nreopen\n"))
		}
		slices.Sort(got)
		slices.Sort(test.want)
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", test.step, got, test.want)
		}
	}
}

func TestJoined(t *testing.T) {
	tests := []struct {
		steps string
		want  []string
	}{
		{"persist 1\npersist 2", []string{"persist 3"}},
		{"persist 1 size=8\npersist 1 size=9", []string{"persist 2 size=8", "persist 2 size=9"}},
		{"persist 99 size=1\npersist 1 size=1000", []string{"persist 100 size=1"}}, // the other is 50 times as much
		{"persist 1 back=1\npersist 1", []string{"persist 2 back=1", "persist 2"}},
		{"persist 4096\npersist 1", nil}, // no step may write as many
		{"persist 1\npersist again", nil},
		{"persist 1\nflush", nil},
		{"flush\nflush", nil},
		{"persist 1", nil},
	}
	for _, test := range tests {
		var got []string
		for _, joined := range raftlog.MustParse("reset\n" + test.steps).Joined(1) {
			got = append(got, strings.TrimSpace(strings.TrimPrefix(joined.String(), "# ackproof program v1\nreset\n")))
		}
		if !slices.Equal(slices.Compact(got), test.want) {
			t.Errorf("%q: got %q, want %q", test.steps, got, test.want)
		}
	}
}
