package main

import (
	"fmt"
	"time"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/reports"
)

// total sums up results.
type total struct {
	ran, visited, distinct int
	// notRun counts results that this machine cannot give.
	notRun int
	// refuted, unknown and unexpected count results. Those that are unexpected
	// and were not cut short are broken.
	refuted, unknown, unexpected, broken int
	// first is the first result that was not as expected, or else that refuted.
	first *reports.Result
}

func (t *total) add(result reports.Result) {
	t.ran++
	t.visited += result.Tally.Visited
	t.distinct += result.Tally.Distinct
	switch result.Verdict {
	case evidence.Refuted:
		t.refuted++
	case evidence.Unknown:
		t.unknown++
	}
	if !result.AsExpected {
		t.unexpected++
		if result.Verdict == evidence.Refuted || !result.OutOfBudget && result.Verdict == evidence.Held {
			t.broken++
		}
	}
	first := t.first == nil && result.Verdict == evidence.Refuted
	worse := !result.AsExpected && (t.first == nil || t.first.AsExpected)
	if first || worse {
		t.first = &result
	}
}

// line returns the sums in words.
func (t *total) line(planned int, took time.Duration) string {
	out := fmt.Sprintf("%d of %d runs as expected; %d states visited, %d distinct, in %.1f s",
		t.ran-t.unexpected, t.ran, t.visited, t.distinct, took.Seconds())
	if t.notRun > 0 {
		out += fmt.Sprintf("; %d NOT RUN", t.notRun)
	}
	if left := planned - t.ran - t.notRun; left > 0 {
		out += fmt.Sprintf("; interrupted, %d not started", left)
	}
	return out
}

// code returns the exit code. What was not seen is never a pass.
func (t *total) code(expect bool, planned int) int {
	switch {
	case expect && t.broken > 0, !expect && t.refuted > 0:
		return exitRefuted
	case t.ran == 0, t.ran+t.notRun < planned, t.unknown > 0, expect && t.unexpected > 0:
		return exitUnknown
	}
	return exitHeld
}
