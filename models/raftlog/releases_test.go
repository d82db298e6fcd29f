package raftlog

import (
	"testing"

	"github.com/ackproof/ackproof/models"
)

// TestCloseReleases: a close that left something refutes who claims that it does not, and
// nobody else. One that left nothing is evidence, from its return on.
func TestCloseReleases(t *testing.T) {
	left := []string{"/db/1.log is open", "goroutine of log.loop log.go:7", "3", "4", "5", "6"}
	const sentence = "call 2 close returned, yet this is left: /db/1.log is open; goroutine of log.loop log.go:7; 3; 4; 2 more"
	for _, test := range []struct {
		contract Contract
		left     []string
		want     models.Outcome
		tested   bool
	}{
		{releasing, nil, models.Pass, true},
		{releasing, left, models.Fail, true},
		{closing, left, models.Pass, false},
	} {
		h := begin().persist(1, 1, 2).do(Close).leaving(test.left...).h
		v := CheckHistory(test.contract, models.Fresh(test.contract), h)
		if v.Outcome != test.want {
			t.Errorf("%v: got %s %v, want %s", test.left, v.Outcome, v.Violations, test.want)
		}
		if v.Outcome == models.Fail && (v.Violations[0].Property != models.CloseReleases || v.Violations[0].Sentence != sentence) {
			t.Errorf("got %v, want %s", v.Violations, sentence)
		}
		k := NewChecker(test.contract, models.Fresh(test.contract), h)
		for _, at := range []struct {
			time int
			want bool
		}{{h[1].Returned - 1, false}, {h[1].Returned, test.tested}} {
			if got := k.Exercised(k.Position(at.time)).Has(models.CloseReleases); got != at.want {
				t.Errorf("%v at %d: exercised is %v, want %v", test.left, at.time, got, at.want)
			}
		}
	}
}

// TestLeftInKey: recoveries that differ in what they left are not one.
func TestLeftInKey(t *testing.T) {
	if shows().Key() == shows().leaves("x").Key() || shows().leaves("x").Key() == shows().leaves("y").Key() {
		t.Error("got one key for recoveries that left different things")
	}
}
