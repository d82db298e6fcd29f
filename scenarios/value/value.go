// Package value is the programs of a subject that holds one value: a word for each call
// that changes it, beside read, flush and what all languages have.
package value

import (
	"fmt"
	"io/fs"
	"strings"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/models"
	model "github.com/ackproof/ackproof/models/value"
	"github.com/ackproof/ackproof/scenarios"
)

// Language returns what programs are written in of a subject with these calls, of which
// there is at least one.
func Language(calls ...string) scenarios.Language {
	read := &scenarios.Word{Name: model.Read, Call: true, Reads: true}
	flush := &scenarios.Word{Name: model.Flush, Call: true}
	l := scenarios.Language{
		Draw:        func(*rapid.T, scenarios.Config) func(*rapid.T, scenarios.Kind) []scenarios.Step { return draw },
		Flush:       scenarios.Step{Kind: flush},
		Texts:       texts(calls),
		NewResolver: func() scenarios.Resolver { return resolver{flush: flush, read: read} },
	}
	for _, call := range calls {
		word := &scenarios.Word{Name: call, Call: true}
		l.Words = append(l.Words, word)
		l.Weights = append(l.Weights, scenarios.Weight{Kind: word, Weight: 12})
	}
	l.Write = scenarios.Step{Kind: l.Words[0]}
	l.Words = append(l.Words, flush, read)
	l.Weights = append(l.Weights, []scenarios.Weight{
		{Kind: flush, Weight: 4},
		{Kind: read, Weight: 1},
		{Kind: scenarios.Reopen, Weight: 2},
		{Kind: scenarios.Kill, Weight: 2},
		{Kind: scenarios.Crash, Weight: 3},
		{Kind: scenarios.Concurrently, Weight: 2},
		{Kind: scenarios.Hold, Weight: 1},
		{Kind: scenarios.Fail, Weight: 4},
		{Kind: scenarios.Space, Weight: 2},
		{Kind: scenarios.Release, Weight: 1},
	}...)
	return l
}

func draw(_ *rapid.T, kind scenarios.Kind) []scenarios.Step {
	return []scenarios.Step{{Kind: kind}}
}

// texts are the programs that are kept: each call, with openings between.
func texts(calls []string) fs.FS {
	const header = "# ackproof program v1\n"
	all := strings.Join(calls, "\n") + "\n"
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(header + text)} }
	return fstest.MapFS{
		"first-open.txt":             file("first-open\n" + all + "reopen\nflush\n"),
		"first-open-dir-missing.txt": file("first-open dir=missing\n" + all + "reopen\nflush\n"),
		"every-call.txt":             file(all + "flush\nread\nreopen\n" + all + "kill\n" + all),
		"named/restarts.txt":         file(all + "reopen\n" + all + "kill\n" + all + "flush\n" + all + "crash lose=everything\n" + all),
		"named/read_meanwhile.txt":   file("concurrently flushers=1 readers=2 reads=3 {\n" + all + all + "}\n" + all),
	}
}

// resolver has nothing to keep: a call is the same whatever the value is.
type resolver struct{ flush, read scenarios.Kind }

func (resolver) Adopt(models.Contract, models.View) {}

func (resolver) Offers(scenarios.Step) bool { return true }

func (resolver) Resolve(s scenarios.Step) []scenarios.Action {
	switch {
	case s.Kind.IsFault():
		return []scenarios.Action{{Fault: &s}}
	case !s.Kind.Call:
		panic(fmt.Sprintf("value: step %v is not one call", s.Kind))
	}
	return []scenarios.Action{{Op: &model.Op{Call: s.Kind.Name}, CancelAfter: s.CancelAfter}}
}

func (r resolver) Together(s scenarios.Step) (out scenarios.Concurrent) {
	for _, inner := range s.Body {
		out.Writer = append(out.Writer, r.Resolve(inner)...)
	}
	client := func(kind scenarios.Kind, times int) {
		var actions []scenarios.Action
		for range max(1, times) {
			actions = append(actions, r.Resolve(scenarios.Step{Kind: kind})...)
		}
		out.Others = append(out.Others, actions)
	}
	for range s.Flushers {
		client(r.flush, s.Flushes)
	}
	for range s.Readers {
		client(r.read, s.Reads)
	}
	return out
}

func (resolver) ReadBack(func(scenarios.Action) (models.Result, bool)) bool { return true }
