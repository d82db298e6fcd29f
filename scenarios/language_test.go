package scenarios_test

import (
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// The words of a counter, which is another kind of subject than a log.
var (
	add = &scenarios.Word{Name: "add", Call: true, Arguments: []scenarios.Argument{
		scenarios.Position("what is added", 9, func(s *scenarios.Step) *int { return &s.Count }),
	}}
	show    = &scenarios.Word{Name: "show", Call: true, Reads: true}
	counter = scenarios.Language{
		Words:   []scenarios.Kind{add, show},
		Weights: []scenarios.Weight{{Kind: add, Weight: 3}, {Kind: show, Weight: 1}, {Kind: scenarios.Crash, Weight: 1}, {Kind: scenarios.Concurrently, Weight: 1}},
		Draw: func(*rapid.T, scenarios.Config) func(*rapid.T, scenarios.Kind) []scenarios.Step {
			return func(t *rapid.T, k scenarios.Kind) []scenarios.Step {
				return []scenarios.Step{{Kind: k, Count: scenarios.Between(t, "count", 1, 9)}}
			}
		},
		Write:       scenarios.Step{Kind: add, Count: 1},
		Flush:       scenarios.Step{Kind: show},
		Texts:       fstest.MapFS{"first-open.txt": {Data: []byte("# ackproof program v1\n# Opens.\n\nfirst-open\nadd 1\n")}},
		NewResolver: func() scenarios.Resolver { return counting{} },
	}
)

// counting resolves the steps of a counter, which takes no notice of what it has.
type counting struct{}

func (counting) Adopt(models.Contract, models.View)                         {}
func (counting) Offers(scenarios.Step) bool                                 { return true }
func (counting) Together(scenarios.Step) scenarios.Concurrent               { return scenarios.Concurrent{} }
func (counting) ReadBack(func(scenarios.Action) (models.Result, bool)) bool { return true }
func (counting) Resolve(s scenarios.Step) []scenarios.Action {
	return []scenarios.Action{{Input: s.Count}}
}

// A language of a few lines is parsed, printed, drawn and made smaller as the log's is.
func TestLanguageOfACounter(t *testing.T) {
	const text = "# ackproof program v1\nadd 3 cancel=2\nconcurrently readers=2 {\n  show\n}\ncrash in add 2 lose=nothing\n"
	p := counter.MustParse(text)
	if p.String() != text {
		t.Errorf("got\n%s\nwant\n%s", p, text)
	}
	if got := p.Simplifications(0); len(got) != 4 || got[0][0].Count != 1 {
		t.Errorf("got %v, want add 1, add 2, and another or no end of the context", got)
	}
	if got := counter.First(); got.Shows != "Opens." || len(got.Program) != 2 || counter.Corpus() != nil && len(counter.Corpus()) > 0 {
		t.Errorf("got %v and %v, want the one program that is kept", got, counter.Corpus())
	}
	_, err := counter.Parse("persist 1")
	want := `line 1, column 1: got "persist", want a step: [add show reopen kill crash hold concurrently first-open fail space release usage repeat]`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestCounterIsDrawn(t *testing.T) {
	crashed, concurrent := 0, 0
	for seed := range uint64(50) {
		p := counter.Example(seed, scenarios.Config{Crashes: true})
		if again, err := counter.Parse(p.String()); err != nil || again.String() != p.String() {
			t.Fatalf("got %v, %v, want\n%v", again, err, p)
		}
		for _, s := range p {
			if s.Kind == scenarios.Crash && len(s.Body) > 0 {
				crashed++
				if s.Body[0].Kind != add {
					t.Errorf("got %v, want a crash in a call that changes something", s)
				}
			}
			if s.Kind == scenarios.Concurrently && len(s.Body) > 0 {
				concurrent++
			}
		}
	}
	if crashed < 5 || concurrent < 5 {
		t.Errorf("got %d crashes in calls and %d blocks, want at least 5", crashed, concurrent)
	}
}

// Each word names one kind, and steps of it parse again.
func TestWordsAreDistinct(t *testing.T) {
	for _, l := range []scenarios.Language{counter, raftlog.Language} {
		words := map[string]bool{}
		for _, k := range l.Kinds() {
			p := scenarios.Program{{Kind: k}}
			p[0].Fault.Nth, p[0].Fault.Times = 1, 1
			again, err := l.Parse(p.String())
			if err != nil || again[0].Kind != k || words[k.Name] {
				t.Errorf("%v: got %v, %v", k, again, err)
			}
			words[k.Name] = true
		}
		for _, w := range l.Weights {
			if !words[w.Kind.Name] {
				t.Errorf("%v is drawn and is no kind", w.Kind)
			}
		}
	}
}
