package scenarios_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// faultTexts has each step of a fault, and cancelled calls, as they are printed.
const faultTexts = `# ackproof program v1
fail fsync 2 path=*.log error=ENOSPC times=all lands=yes
fail write 1 error=short
space 0
space 70000
space all
persist 2 size=7 cancel=3
persist again cancel=1
read-last-index cancel=1
crash in flush cancel=2 after event 1 lose=nothing
fail fsync-dir 1 path=/data/log error=stuck
concurrently flushers=1 {
  persist 1 cancel=4
  fail call 7 times=2
  release
  space 9
}
release
`

func TestParseFaults(t *testing.T) {
	want := scenarios.Program{
		{Kind: scenarios.Fail, Fault: fault.Fault{Call: fault.Fsync, Nth: 2, Path: "*.log", Error: fault.ENOSPC, Times: fault.Forever, Lands: true}},
		{Kind: scenarios.Fail, Fault: fault.Fault{Call: fault.Write, Nth: 1, Error: fault.ShortWrite, Times: 1}},
		{Kind: scenarios.Space},
		{Kind: scenarios.Space, FreeBytes: 70000},
		{Kind: scenarios.Space, All: true},
		{Kind: raftlog.Persist, Count: 2, Terms: 1, Sizes: []scenarios.SizeRange{{7, 7}}, CancelAfter: 3},
		{Kind: raftlog.Persist, Again: true, Terms: 1, CancelAfter: 1},
		{Kind: raftlog.ReadLastIndex, CancelAfter: 1},
		{Kind: scenarios.Crash, After: 1, Body: []scenarios.Step{{Kind: raftlog.Flush, CancelAfter: 2}}},
		{Kind: scenarios.Fail, Fault: fault.Fault{Call: fault.FsyncDir, Nth: 1, Path: "/data/log", Error: fault.Stuck, Times: 1}},
		{Kind: scenarios.Concurrently, Flushers: 1, Flushes: 1, Reads: 1, Body: []scenarios.Step{
			{Kind: raftlog.Persist, Count: 1, Terms: 1, CancelAfter: 4},
			{Kind: scenarios.Fail, Fault: fault.Fault{Call: fault.AnyCall, Nth: 7, Times: 2}},
			{Kind: scenarios.Release},
			{Kind: scenarios.Space, FreeBytes: 9},
		}},
		{Kind: scenarios.Release},
	}
	got := raftlog.MustParse(faultTexts)
	if !reflect.DeepEqual(got, want) || got.String() != faultTexts {
		t.Errorf("got\n%#v\nwant\n%#v", got, want)
	}
	// The knobs may come in any order, and with more blanks.
	other := raftlog.MustParse("fail  fsync 2 lands=yes\ttimes=all error=ENOSPC path=*.log # why\nfail write 1 error=short times=1")
	if !reflect.DeepEqual(other, want[:2]) {
		t.Errorf("got\n%v\nwant\n%v", other, want[:2])
	}
}

// Every fault that a disk can have stands in a program, and prints as what parses to it.
func TestFaultStepsPrintAndParse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := fault.Fault{
			Call:  rapid.SampledFrom(append(fault.Calls(), fault.AnyCall)).Draw(t, "call"),
			Nth:   scenarios.Between(t, "nth", 1, fault.NthMax),
			Path:  rapid.StringMatching(`[a-z*?/.\[\]{}#= -]{0,6}`).Draw(t, "path"),
			Error: rapid.SampledFrom(append(fault.Errors(), fault.Stuck)).Draw(t, "error"),
			Times: scenarios.Between(t, "times", 0, 3),
			Lands: rapid.Bool().Draw(t, "lands"),
		}
		if f.Check() != nil {
			t.Skip("no disk can have it")
		}
		call := rapid.SampledFrom(raftlog.Language.Words).Draw(t, "call step")
		steps := scenarios.Program{
			{Kind: scenarios.Fail, Fault: f},
			{Kind: scenarios.Space, FreeBytes: scenarios.Between(t, "bytes", 0, scenarios.NumberLimit)},
			{Kind: scenarios.Space, All: true},
			{Kind: call, CancelAfter: scenarios.Between(t, "cancel", 0, 1<<20)},
			{Kind: scenarios.Release},
		}
		p := append(steps, scenarios.Step{Kind: scenarios.Concurrently, Body: steps})
		again, err := raftlog.Language.Parse(p.String())
		if err != nil || again.String() != p.String() || again[0].Fault != f || again[5].Body[0].Fault != f {
			t.Fatalf("got %v\n%v\nwant\n%v", err, again, p)
		}
		for i, s := range steps[1:] {
			if got := again[i+1]; got.Kind != s.Kind || got.FreeBytes != s.FreeBytes || got.All != s.All || got.CancelAfter != s.CancelAfter {
				t.Fatalf("got %v, want %v", got, s)
			}
		}
	})
}

// A text that is no fault says what to write.
func TestFaultErrors(t *testing.T) {
	for _, test := range []struct {
		text   string
		column int
		want   string
	}{
		{"fail", 5, "got the end of the line, want a fault such as fsync 2 path=*.log error=ENOSPC times=all lands=yes"},
		{"fail   fsync", 8, `bad fault: got "fsync", want CALL N, and then path=PATTERN, error=ERRNO, times=N or all, lands=yes`},
		{"fail sync 1", 6, `bad fault: unknown call "sync", want one of [call open create read write fsync`},
		{"fail fsync 0", 6, `the call that fails first is "0", want a number from 1 to 1048576`},
		{"fail fsync 1 error=ENOENT", 6, `unknown error "ENOENT", want one of [EIO ENOSPC EDQUOT EMFILE EINTR short stuck]`},
		{"fail fsync 1 error=EMFILE", 6, "fsync never fails with EMFILE, which is for [open create]"},
		{"fail fsync 1 path=", 6, "path= is empty, want a pattern, or no path= for any name"},
		{"fail fsync 1 path=a#b", 0, ""}, // a comment begins at #
		{"fail fsync 1 path=[", 6, `pattern "[", want one of path.Match`},
		{"fail fsync 1 times=0", 6, `times= is "0", want a number from 1 to 1048576`},
		{"fail fsync 1 error=EINTR times=all", 6, "want times= with a number"},
		{"fail fsync 1 error=EINTR lands=yes", 6, "with EINTR nothing lands: leave lands= out"},
		{"fail fsync 1 lands=no", 6, "lands=no, want yes"},
		{"fail fsync 1 skip=2", 6, `got "skip", want path=, error=, times= or lands=`},
		{"space", 6, "got the end of the line, want all, or the number of bytes that files may grow by, 0 to 2147483647"},
		{"space some", 7, `got "some", want all, or the number of bytes`},
		{"space -1", 7, `got "-1", want all, or`},
		{"space 1 2", 9, `got "2", want the end of the line`},
		{"release 1", 9, `got "1", want the end of the line`},
		{"flush cancel", 7, `got "cancel", want cancel=`},
		{"flush cancel=0", 14, `got "0", want the number of file-system calls after which the context ends, 1 to 1048576`},
		{"flush cancel=1 cancel=2", 16, `got "cancel=2", want the end of the line`},
		{"reopen cancel=1", 8, `got "cancel=1", want the end of the line`},
		{"crash in fail fsync 1 lose=nothing", 10, `got "fail", want a step that is one call`},
		{"crash in flush lose=nothing cancel=1", 29, `got "cancel=1", want the end of the line`},
	} {
		_, err := raftlog.Language.Parse("flush\n" + test.text)
		if test.want == "" {
			if err != nil {
				t.Errorf("%q: got %v, want a program", test.text, err)
			}
			continue
		}
		got, ok := err.(*scenarios.ParseError)
		if !ok || got.Line != 2 || got.Column != test.column || !strings.Contains(got.Message, test.want) {
			t.Errorf("%q: got %v, want it at 2:%d with %s", test.text, err, test.column, test.want)
		}
	}
}

func TestSimplerFaults(t *testing.T) {
	for _, test := range []struct {
		step string
		want []string
	}{
		{"fail fsync 1", nil},
		{"fail fsync 3", []string{"fail fsync 1", "fail fsync 2"}},
		{"fail fsync 1 error=ENOSPC", []string{"fail fsync 1"}},
		{"fail fsync 1 error=stuck", []string{"fail fsync 1"}},
		{"fail write 1 times=3", []string{"fail write 1", "fail write 1 times=2"}},
		{
			"fail fsync 1 path=*.log error=ENOSPC times=all lands=yes", []string{
				"fail fsync 1 error=ENOSPC times=all lands=yes", "fail fsync 1 path=*.log error=ENOSPC lands=yes",
				"fail fsync 1 path=*.log error=ENOSPC times=all", "fail fsync 1 path=*.log times=all lands=yes",
			},
		},
		{"space 0", nil},
		{"space 2", []string{"space 0", "space 1"}},
		{"space all", nil},
		{"release", nil},
		{"flush cancel=2", []string{"flush", "flush cancel=1"}},
		{"read-range 0 1 cancel=1", []string{"read-entry 0 cancel=1", "read-range 0 1"}},
		{"purge all cancel=1", []string{"purge 1 cancel=1", "purge 8 cancel=1", "purge all"}},
		{"replace 0 1 cancel=1", []string{"persist 1 cancel=1", "replace 0 1", "truncate 0 cancel=1"}},
		{"crash in flush cancel=1 lose=nothing", []string{
			"crash in flush lose=nothing", "crash lose=nothing", "flush cancel=1", "flush cancel=1\ncrash lose=nothing",
			"flush cancel=1\nreopen", "kill", "reopen",
		}},
		{"concurrently {\n  release\n  fail fsync 1 times=2\n}", []string{
			"concurrently {\n  fail fsync 1 times=2\n}", "concurrently {\n  release\n  fail fsync 1\n}", "concurrently {\n  release\n}",
			"release\nfail fsync 1 times=2",
		}},
	} {
		p := raftlog.MustParse("reset\n" + test.step)
		var got []string
		for _, smaller := range p.Simplifications(1) {
			if text := strings.TrimSuffix(strings.TrimPrefix(smaller.String(), "# ackproof program v1\nreset\n"), "\n"); !slices.Contains(got, text) {
				got = append(got, text)
			}
			if smaller.Size() >= p.Size() {
				t.Errorf("%s: got size %d of\n%v, want less than %d", test.step, smaller.Size(), smaller, p.Size())
			}
		}
		slices.Sort(got)
		slices.Sort(test.want)
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", test.step, got, test.want)
		}
	}
}

func TestHasFaults(t *testing.T) {
	for text, want := range map[string]bool{
		"persist 1\nconcurrently {\nflush\n}\ncrash in flush lose=nothing": false,
		"fail fsync 1":                         true,
		"flush\nspace 9":                       true,
		"space all":                            true,
		"release":                              true,
		"flush cancel=9":                       true,
		"concurrently {\nrelease\n}":           true,
		"crash in flush cancel=9 lose=nothing": true,
		"first-open\nhold fsync 1 until 2 calls returned": false,
	} {
		if got := raftlog.MustParse(text).HasFaults(); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}
