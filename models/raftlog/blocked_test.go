package raftlog

import (
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// TestReadersNotBlocked: a read that waited for a stuck sync refutes who claims that it does
// not, alone or among others, and nobody else. One that returned beside it is evidence, and
// one that a crash cut off is neither.
func TestReadersNotBlocked(t *testing.T) {
	claiming := Contract{KeepsBoundary: true, Claims: engines.Claims{ReadersNotBlocked: true}}
	for _, test := range []struct {
		about           string
		contract        Contract
		beside, blocked bool
		overlaps        bool
		want            models.Outcome
	}{
		{"waits", claiming, false, true, false, models.Fail},
		{"waits, among others", claiming, false, true, true, models.Fail},
		{"waits, as it may", Contract{KeepsBoundary: true}, false, true, true, models.Pass},
		{"returns", claiming, true, false, true, models.Pass},
	} {
		h := begin().persist(1, 1, 2).readsLast(2).h
		read := &h[1]
		read.BesideStuck, read.Blocked = test.beside, test.blocked
		if test.overlaps {
			h[0].Returned = read.Invoked + 1
			read.Returned = h[0].Returned + 1
		}
		v := CheckHistory(test.contract, models.Fresh(test.contract), h)
		if v.Outcome != test.want {
			t.Errorf("%s: got %s %v, want %s", test.about, v.Outcome, v.Violations, test.want)
		}
		const sentence = "call 2 read-last-index did not return before an fsync was let go that was stuck: it waited for that"
		if v.Outcome == models.Fail && (v.Violations[0].Property != models.ReadersNotBlocked || v.Violations[0].Sentence != sentence) {
			t.Errorf("%s: got %v", test.about, v.Violations)
		}
		k := NewChecker(test.contract, models.Fresh(test.contract), h)
		if got := k.Exercised(k.Position(read.Returned)).Has(models.ReadersNotBlocked); got != test.beside {
			t.Errorf("%s: exercised is %v, want %v", test.about, got, test.beside)
		}
		before := k.Position(read.Invoked)
		if v := k.Check(before, shows(batch(1, 1, 2))); v.Outcome != models.Pass || k.Exercised(before).Has(models.ReadersNotBlocked) {
			t.Errorf("%s: a crash while it waits: got %s %v", test.about, v.Outcome, v.Violations)
		}
	}
}
