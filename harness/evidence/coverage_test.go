package evidence_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/harness/evidence"
)

// block returns a block of a file from one position to another.
func block(file string, line, column, lastLine, lastColumn int, ran bool) evidence.Block {
	return evidence.Block{
		File: file, Start: evidence.Position{Line: line, Column: column}, End: evidence.Position{Line: lastLine, Column: lastColumn},
		Statements: 1, Ran: ran,
	}
}

func TestRecoveryCoverage(t *testing.T) {
	const wal, scan = "example.com/e/wal.go", "example.com/e/scan.go"
	c := evidence.RecoveryCoverage{Blocks: []evidence.Block{
		block(scan, 5, 2, 6, 10, true),
		block(scan, 6, 10, 8, 3, false), // of an if, on whose line something ran
		block(scan, 9, 2, 9, 20, false), // right behind it
		block(wal, 7, 2, 7, 9, true),
		block(wal, 7, 9, 7, 20, false), // has no line for itself
		block(wal, 20, 2, 20, 9, true),
	}}
	if got, want := c.Text(), "4 lines of recovery never ran (3 of 6 blocks): scan.go:7-9, wal.go:7"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if ran, never := c.Count(); ran != 3 || never != 3 {
		t.Errorf("got %d and %d blocks, want 3 and 3", ran, never)
	}
	var profile strings.Builder
	if err := c.WriteProfile(&profile); err != nil {
		t.Fatal(err)
	}
	if got, want := profile.String(), "mode: set\n"+scan+":5.2,6.10 1 1\n"+scan+":6.10,8.3 1 0\n"; !strings.HasPrefix(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// What one of two runs ran counts, and so does the path that only one of them took.
func TestRecoveryCoverageOfTwoRuns(t *testing.T) {
	const a, b = "example.com/a/x.go", "example.com/b/x.go"
	var c evidence.RecoveryCoverage
	first := &evidence.RecoveryCoverage{Blocks: []evidence.Block{block(a, 1, 1, 2, 1, true), block(a, 3, 1, 4, 1, false), block(a, 5, 1, 6, 1, false)}}
	second := &evidence.RecoveryCoverage{Blocks: []evidence.Block{block(a, 1, 1, 2, 1, false), block(a, 3, 1, 4, 1, true), block(a, 5, 1, 6, 1, false), block(b, 1, 1, 2, 1, true)}}
	before := slices.Clone(first.Blocks)
	c.Add(first)
	c.Add(second)
	if got, want := c.Text(), "2 lines of recovery never ran (1 of 4 blocks): a/x.go:5-6"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if !slices.Equal(first.Blocks, before) {
		t.Errorf("what was added was changed: %v, want %v", first.Blocks, before)
	}
}

func TestRecoveryCoverageOfNothingAndAll(t *testing.T) {
	for want, blocks := range map[string][]evidence.Block{
		"no code that ran in recoveries is counted: -coverpkg must have the engine's packages": nil,
		"all 1 block of the recovery path ran":                                                 {block("a/x.go", 1, 1, 2, 1, true)},
	} {
		c := evidence.RecoveryCoverage{Blocks: blocks}
		if got := c.Text(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
