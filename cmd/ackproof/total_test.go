package main

import (
	"testing"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/reports"
)

func result(verdict evidence.Verdict, asExpected, outOfBudget bool) reports.Result {
	o := &evidence.Outcome{Verdict: verdict, OutOfBudget: outOfBudget, Tally: evidence.Tally{Visited: 10, Distinct: 2}}
	return reports.Result{Outcome: o, AsExpected: asExpected}
}

func TestExitCodeOfResults(t *testing.T) {
	held, refuted := result(evidence.Held, true, false), result(evidence.Refuted, false, false)
	caught, missed := result(evidence.Refuted, true, false), result(evidence.Held, false, false)
	cut, unknown := result(evidence.Held, false, true), result(evidence.Unknown, false, false)
	for _, c := range []struct {
		name                  string
		results               []reports.Result
		planned               int
		want, wantWhenExpects int
	}{
		{"all hold", []reports.Result{held, held}, 2, exitHeld, exitHeld},
		{"one refuted", []reports.Result{held, refuted}, 2, exitRefuted, exitRefuted},
		{"a canary caught", []reports.Result{caught, held}, 2, exitRefuted, exitHeld},
		{"a canary missed", []reports.Result{missed, held}, 2, exitHeld, exitRefuted},
		{"cut short", []reports.Result{cut, held}, 2, exitHeld, exitUnknown},
		{"unknown", []reports.Result{unknown, held}, 2, exitUnknown, exitUnknown},
		{"refuted and unknown", []reports.Result{unknown, refuted}, 2, exitRefuted, exitRefuted},
		{"interrupted", []reports.Result{held}, 2, exitUnknown, exitUnknown},
		{"interrupted after a finding", []reports.Result{refuted}, 2, exitRefuted, exitRefuted},
	} {
		var sum total
		for _, r := range c.results {
			sum.add(r)
		}
		if got := sum.code(false, c.planned); got != c.want {
			t.Errorf("%s: got exit code %d, want %d", c.name, got, c.want)
		}
		if got := sum.code(true, c.planned); got != c.wantWhenExpects {
			t.Errorf("%s, with --expect: got exit code %d, want %d", c.name, got, c.wantWhenExpects)
		}
	}
}

func TestFirstBadResult(t *testing.T) {
	caught, refuted := result(evidence.Refuted, true, false), result(evidence.Refuted, false, false)
	caught.Engine, refuted.Engine = "caught", "refuted"
	var sum total
	for _, r := range []reports.Result{result(evidence.Held, true, false), caught, refuted} {
		sum.add(r)
	}
	if sum.first == nil || sum.first.Engine != "refuted" {
		t.Errorf("got %v first, want the one that was not expected", sum.first)
	}
}
