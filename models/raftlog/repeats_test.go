package raftlog

import (
	"testing"

	"github.com/ackproof/ackproof/models"
)

// TestSecondOpenOfEmptyLog: where an open shows no entry, the next one shows the same end
// of the log, or, of an engine that need not know its boundary, none.
func TestSecondOpenOfEmptyLog(t *testing.T) {
	purged := begin().persist(1, 1, 3).purge(3, 1)
	for _, test := range []struct {
		contract    Contract
		first, last uint64 // index that each open showed
		legal       bool
	}{
		{strict, 3, 3, true},
		{strict, 3, 0, false},
		{strict, 3, 4, false},
		{forgetful, 3, 3, true},
		{forgetful, 3, 0, true},
		{forgetful, 3, 2, false},
		{forgetful, 0, 3, false},
	} {
		show := func(last uint64) *Recovered {
			if test.contract.KeepsBoundary {
				return shows().purged(3, 1).ends(last)
			}
			return shows().ends(last)
		}
		r := show(test.first).again(show(test.last))
		checker := NewChecker(test.contract, models.Fresh(test.contract), purged.h)
		verdict := checker.Check(checker.Position(1<<40), r)
		if got := verdict.Outcome == models.Pass; got != test.legal {
			t.Errorf("boundary kept %v, last index %d and then %d: got %v, want legal %v", test.contract.KeepsBoundary, test.first, test.last, verdict, test.legal)
		}
	}
}

// TestShowsAgain: the last index is a part of what a second open must show.
func TestShowsAgain(t *testing.T) {
	probe := entry(1, 1)
	r := shows().again(shows(batch(1, 1, 1)))
	r.Probe = &probe
	if !r.ShowsAgain() {
		t.Error("got that the second open shows something else, want the same and the probe")
	}
	if r.again(shows(batch(1, 1, 1)).ends(2)).ShowsAgain() {
		t.Error("got that the second open shows the same, want that its last index is another")
	}
}
