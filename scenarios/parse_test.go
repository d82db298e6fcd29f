package scenarios_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

func TestParse(t *testing.T) {
	text := `# ackproof program v1
# Every kind of step, and every argument.
first-open
save-hard-state term=+1 vote=2
persist 3 size=0,64-512   # sizes
	persist 4 size=7 terms=2 back=2

replace 2 3 fill=zeros size=100 terms=3
persist 1 fill=compressible
truncate 2
purge 3
purge all
purge all+5
reset
flush
flush-meta
read-entry 1
read-range 2 3
read-last-index
read-hard-state
read-boundary
reopen
kill
crash lose=nothing
crash lose=everything
crash lose=sample:7
crash in persist 2 size=7 back=1 after event 3 lose=everything
usage
repeat 26 {
	persist 2 size=7
	crash in purge 1 after event 2 lose=nothing
	reopen
	usage
}
crash in flush lose=nothing
concurrently flushers=1 flushes=4 readers=2 {
  persist 1
}
concurrently {
}
concurrently seed=7 purges=3 {
}
hold fsync 2 until 1 call returned
hold fsync 1 until 3 calls returned
`
	want := scenarios.Program{
		{Kind: scenarios.FirstOpen},
		{Kind: raftlog.SaveHardState, Raise: 1, Vote: 2},
		{Kind: raftlog.Persist, Count: 3, Terms: 1, Sizes: []scenarios.SizeRange{{0, 0}, {64, 512}}},
		{Kind: raftlog.Persist, Count: 4, Back: 2, Terms: 2, Sizes: []scenarios.SizeRange{{7, 7}}},
		{Kind: raftlog.Replace, Count: 3, Back: 2, Terms: 3, Sizes: []scenarios.SizeRange{{100, 100}}, Fill: scenarios.FillZeros},
		{Kind: raftlog.Persist, Count: 1, Terms: 1, Fill: scenarios.FillCompressible},
		{Kind: raftlog.Truncate, Count: 2},
		{Kind: raftlog.Purge, Count: 3},
		{Kind: raftlog.Purge, All: true},
		{Kind: raftlog.Purge, All: true, Beyond: 5},
		{Kind: raftlog.Reset},
		{Kind: raftlog.Flush},
		{Kind: raftlog.FlushMeta},
		{Kind: raftlog.ReadEntry, Position: 1},
		{Kind: raftlog.ReadRange, Position: 2, Count: 3},
		{Kind: raftlog.ReadLastIndex},
		{Kind: raftlog.ReadHardState},
		{Kind: raftlog.ReadBoundary},
		{Kind: scenarios.Reopen},
		{Kind: scenarios.Kill},
		{Kind: scenarios.Crash},
		{Kind: scenarios.Crash, Loss: scenarios.Loss{Manner: scenarios.LoseEverything}},
		{Kind: scenarios.Crash, Loss: scenarios.Loss{Manner: scenarios.LoseSample, Seed: 7}},
		{Kind: scenarios.Crash, Loss: scenarios.Loss{Manner: scenarios.LoseEverything}, After: 3, Body: []scenarios.Step{{Kind: raftlog.Persist, Count: 2, Back: 1, Terms: 1, Sizes: []scenarios.SizeRange{{7, 7}}}}},
		{Kind: scenarios.Usage},
		{Kind: scenarios.Repeat, Count: 26, Body: []scenarios.Step{
			{Kind: raftlog.Persist, Count: 2, Terms: 1, Sizes: []scenarios.SizeRange{{7, 7}}},
			{Kind: scenarios.Crash, After: 2, Body: []scenarios.Step{{Kind: raftlog.Purge, Count: 1}}},
			{Kind: scenarios.Reopen},
			{Kind: scenarios.Usage},
		}},
		{Kind: scenarios.Crash, Body: []scenarios.Step{{Kind: raftlog.Flush}}},
		{Kind: scenarios.Concurrently, Flushers: 1, Flushes: 4, Readers: 2, Reads: 1, Body: []scenarios.Step{{Kind: raftlog.Persist, Count: 1, Terms: 1}}},
		{Kind: scenarios.Concurrently, Flushes: 1, Reads: 1},
		{Kind: scenarios.Concurrently, Flushes: 1, Reads: 1, Purges: 3, Seed: 7},
		{Kind: scenarios.Hold, Sync: 2, Returns: 1},
		{Kind: scenarios.Hold, Sync: 1, Returns: 3},
	}
	got, err := raftlog.Language.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%v\nwant\n%v", got, want)
	}
	if again, err := raftlog.Language.Parse(got.String()); err != nil || !reflect.DeepEqual(again, got) {
		t.Errorf("printed and parsed again: got %v, %v, want\n%v", again, err, got)
	}
}

func TestDirMissing(t *testing.T) {
	const text = "# ackproof program v1\nfirst-open dir=missing\npersist 1\n"
	p := raftlog.MustParse(text)
	if !p.FirstOpen() || !p.DirMissing() || p.String() != text {
		t.Errorf("got %v, missing %v", p, p.DirMissing())
	}
	there := p.Simplifications(0)
	if len(there) != 1 || there[0].DirMissing() || !there[0].FirstOpen() || there[0].Size() >= p.Size() {
		t.Errorf("got simplifications %v, want one with the directory", there)
	}
	if without := p.Without(0); without.DirMissing() || without.FirstOpen() {
		t.Errorf("got %v, want no first open", without)
	}
}

func TestPrintIsCanonical(t *testing.T) {
	text := "persist   2  terms=1 size=5-5,6  back=0 # twice\r\nconcurrently   reads=1 readers=1 {\n flush\n }"
	want := "# ackproof program v1\npersist 2 size=5,6\nconcurrently readers=1 {\n  flush\n}\n"
	p := raftlog.MustParse(text)
	if got := p.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got, want := p[1].String(), "concurrently readers=1 {\n  flush\n}"; got != want {
		t.Errorf("got step %q, want %q", got, want)
	}
	if got, want := p.GoString(), "MustParse(`"+want+"`)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestParseErrors(t *testing.T) {
	tests := []struct {
		text         string
		line, column int
		want         string
	}{
		{"# ackproof program v2", 1, 1, `bad program: it has version 2, and this ackproof reads version 1: use a newer ackproof`},
		{"# ackproof program v0", 1, 1, `bad program: it has version 0, and this ackproof reads version 1: use the ackproof that wrote it, or rewrite the program`},
		{"flush\npersit 1", 2, 1, `got "persit", want a step: [persist replace truncate`},
		{"  Persist 1", 1, 3, `got "Persist"`},
		{"unknown", 1, 1, `got "unknown", want a step`},
		{"persist", 1, 8, "got the end of the line, want the number of entries to write, 0 to 4096"},
		{"persist  x", 1, 10, `got "x", want the number of entries to write`},
		{"persist -1", 1, 9, `got "-1"`},
		{"persist 4097", 1, 9, `got "4097", want the number of entries to write, 0 to 4096`},
		{"persist 99999999999999999999", 1, 9, `got "99999999999999999999"`},
		{"persist 1 2", 1, 11, `got "2", want back= or terms= or size= or fill=`},
		{"persist 1 back=1 bakc=1", 1, 18, `got "bakc=1", want terms= or size= or fill=`},
		{"persist 1 size=1 size=2", 1, 18, `got "size=2", want back= or terms=`},
		{"persist 1 back", 1, 11, `got "back", want back= or`},
		{"persist 1 back=", 1, 16, `got "", want a number from 0 to 1048576`},
		{"persist 1 terms=0", 1, 17, `got "0", want a number from 1 to 4096`},
		{"persist 1 fill=ones", 1, 16, `got "ones", want random, compressible or zeros`},
		{"persist 1 size=9-8", 1, 16, `got "9-8", want up to 64 sizes`},
		{"persist 1 size=1,,2", 1, 16, `got "1,,2"`},
		{"persist 1 size=1048577", 1, 16, `got "1048577"`},
		{"persist 1 size=" + strings.Repeat("1,", 64) + "1", 1, 16, "want up to 64 sizes"},
		{"replace 1", 1, 10, "got the end of the line, want the number of entries to write"},
		{"purge", 1, 6, "got the end of the line, want all, all+ and a number, or a number"},
		{"purge all+0", 1, 7, `got "all+0"`},
		{"purge all+", 1, 7, `got "all+"`},
		{"purge al", 1, 7, `got "al"`},
		{"purge 1+1", 1, 7, `got "1+1"`},
		{"flush 1", 1, 7, `got "1", want cancel=`},
		{"repeat {", 1, 7, "got the end of the line, want the number of rounds, 1 to 1000"},
		{"repeat 0 {", 1, 8, `got "0", want the number of rounds, 1 to 1000`},
		{"repeat 2 {\nhold sync=1\n}", 2, 1, "got hold in a repeat, want a step that is one call, reopen, kill, crash or usage"},
		{"repeat 2 {\nrepeat 2 {\n}\n}", 2, 1, "got repeat in a repeat"},
		{"concurrently {\nusage\n}", 2, 1, "got usage in a block"},
		{"repeat 1000 {\n" + strings.Repeat("flush\n", 10) + "}", 11, 1, "got more than 10000 steps"},
		{"repeat 1000 {\npersist 1 size=1048576\n}", 2, 1, "bytes of payloads"},
		{"reopen 1", 1, 8, `got "1", want the end of the line`},
		{"save-hard-state term=1", 1, 22, `got "1", want + and a number from 0 to 2147483647`},
		{"save-hard-state term=++1", 1, 22, `got "++1"`},
		{"read-range 1", 1, 13, "want the number of entries to read"},
		{"crash", 1, 6, "got the end of the line, want lose="},
		{"crash lose=all", 1, 12, `got "all", want nothing, everything, or sample:`},
		{"crash lose=sample", 1, 12, `got "sample"`},
		{"crash lose=nothing:1", 1, 12, `got "nothing:1"`},
		{"crash lose=sample:x", 1, 12, `got "sample:x"`},
		{"crash in", 1, 9, "got no call, want one that the crash is in"},
		{"crash in lose=nothing", 1, 9, "got no call"},
		{"crash in reopen lose=nothing", 1, 10, `got "reopen", want a step that is one call`},
		{"crash in persist 1", 1, 19, "got the end of the line, want lose="},
		{"crash in persist lose=nothing", 1, 17, "want the number of entries to write"},
		{"crash in persist 1 after 3 lose=nothing", 1, 20, "want after event and a number from 1 to"},
		{"crash in persist 1 after event 0 lose=nothing", 1, 20, "want after event and a number from 1 to"},
		{"crash in persist 1 after event 1 back=1 lose=nothing", 1, 34, `got "back=1", want lose=`},
		{"concurrently {\ncrash in persist 1 lose=nothing", 2, 1, "got crash in a block"},
		{"concurrently", 1, 13, "got the end of the line, want {"},
		{"concurrently readers=1", 1, 23, "got the end of the line, want {"},
		{"concurrently readers=17 {", 1, 22, `got "17", want a number from 0 to 16`},
		{"concurrently { {", 1, 14, `got "{", want flushers= or`},
		{"concurrently {\n  kill\n}", 2, 3, "got kill in a block, want a step that is one call"},
		{"concurrently {\nconcurrently {", 2, 1, "got concurrently in a block"},
		{"flush\nconcurrently {\nflush\n", 4, 1, "the block of line 2 is still open, want }"},
		{"flush\nfirst-open", 2, 1, "got first-open after another step, want it as the first"},
		{"concurrently {\n first-open\n}", 2, 2, "got first-open after another step"},
		{"first-open 1", 1, 12, `got "1", want dir=`},
		{"first-open dir=there", 1, 16, `got "there", want missing`},
		{"first-open dir=missing 1", 1, 24, `got "1", want the end of the line`},
		{"concurrently {\n hold fsync 1 until 1 call returned\n}", 2, 2, "got hold in a block"},
		{"hold write 1", 1, 6, `got "write", want "fsync"`},
		{"hold fsync", 1, 11, "got the end of the line, want the number of the fsync"},
		{"hold fsync 1 until", 1, 19, "want the number of calls that must return"},
		{"hold fsync 0 until 2 calls returned", 1, 12, `got "0", want the number of the fsync, 1 to 1000`},
		{"hold fsync 1 until 2 calls ended", 1, 28, `got "ended", want "returned"`},
		{"}", 1, 1, "got }, but no block is open"},
		{"concurrently {\n} flush", 2, 3, `got "flush", want the end of the line`},
		{strings.Repeat("flush\n", scenarios.StepsLimit+1), scenarios.StepsLimit + 1, 1, "got more than 10000 steps"},
		{"persist 200 size=1048576\n persist 57 size=1048576", 2, 2, "got more than 268435456 bytes of payloads"},
	}
	for _, test := range tests {
		_, err := raftlog.Language.Parse(test.text)
		var syntax *scenarios.ParseError
		if !errors.As(err, &syntax) || !errors.Is(err, scenarios.ErrSyntax) {
			t.Errorf("%.40q: got error %v, want a ParseError", test.text, err)
			continue
		}
		if syntax.Line != test.line || syntax.Column != test.column || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%.40q: got %v, want it at %d:%d with %s", test.text, err, test.line, test.column, test.want)
		}
	}
}

func TestMustParsePanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("got no panic")
		}
	}()
	raftlog.MustParse("no such step")
}
