package main

import (
	"cmp"
	"fmt"
	"time"

	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/internal/plain"
	"github.com/ackproof/ackproof/reports"
)

// total sums up the results of a command, of which a number is planned.
type total struct {
	planned, ran, visited, distinct int
	// explored counts the programs of undecided results that were explored as planned,
	// programs all of them.
	explored, programs int
	// notRun counts results that this machine cannot give.
	notRun int
	// byVerdict counts results; allKnown are the refuted ones that nobody need act on, and
	// undecided those that were cut short with nothing against the engine but what is known.
	byVerdict           map[evidence.Verdict]int
	allKnown, undecided int
	// unexpected counts results that were not expected, wrong those of them that are no
	// mere lack of time.
	unexpected, wrong int
	// The first result of a kind, nil for none: one that is wrong, one that is refuted by
	// something that nobody knew, and one that is unknown.
	firstWrong, firstRefuted, firstUnknown *reports.Result
}

func (t *total) add(result reports.Result) {
	t.ran++
	t.visited += result.Tally.Visited
	t.distinct += result.Tally.Distinct
	if result.Undecided() {
		t.undecided++
		t.explored += result.Tally.Programs
		t.programs += result.Tally.Planned
	}
	if t.byVerdict == nil {
		t.byVerdict = map[evidence.Verdict]int{}
	}
	t.byVerdict[result.Verdict]++
	if result.AllKnown() {
		t.allKnown++
	}
	if !result.AsExpected {
		t.unexpected++
	}
	switch {
	case result.Undecided():
		t.firstUnknown = cmp.Or(t.firstUnknown, &result)
	case !result.AsExpected:
		t.wrong++
		t.firstWrong = cmp.Or(t.firstWrong, &result)
	case result.Verdict == evidence.Refuted && !result.AllKnown():
		t.firstRefuted = cmp.Or(t.firstRefuted, &result)
	}
}

// first returns the first of the worst results, nil if there is nothing to look into.
func (t *total) first(expect bool) *reports.Result {
	if expect {
		return cmp.Or(t.firstWrong, t.firstUnknown)
	}
	return cmp.Or(t.firstWrong, t.firstRefuted, t.firstUnknown)
}

// conclusion is what a command comes to. Its last line, its exit code and what else says
// it are all made of one.
type conclusion struct {
	verdict evidence.Verdict
	code    int
	known   bool // all that was found is known
}

// conclude returns the worst of the verdicts; with expect, an engine that does what is
// expected of it counts as one that holds. What was not seen is never held.
func (t *total) conclude(expect bool) conclusion {
	refuted := t.byVerdict[evidence.Refuted] - t.allKnown
	unknown := t.undecided > 0 || t.ran+t.notRun < t.planned
	if expect {
		refuted, unknown = t.wrong, t.unexpected > t.wrong || t.ran+t.notRun < t.planned
	}
	switch {
	case t.byVerdict[evidence.HarnessBroken] > 0:
		return conclusion{verdict: evidence.HarnessBroken, code: exitFailure}
	case refuted > 0:
		return conclusion{verdict: evidence.Refuted, code: exitRefuted}
	case unknown && harness.Required("complete"):
		return conclusion{verdict: evidence.Unknown, code: exitRefuted}
	case unknown:
		return conclusion{verdict: evidence.Unknown, code: exitUnknown}
	case t.ran == 0:
		return conclusion{verdict: evidence.NotRun, code: exitUnknown}
	case t.allKnown > 0 && !expect:
		return conclusion{verdict: evidence.Refuted, code: exitHeld, known: true}
	}
	return conclusion{verdict: evidence.Held, code: exitHeld}
}

// line returns the conclusion and the sums in words.
func (t *total) line(expect bool, took time.Duration) string {
	c := t.conclude(expect)
	out := string(c.verdict)
	switch {
	case c.known:
		out += ", all known"
	case expect && c.verdict == evidence.Held:
		out = "as expected"
	case c.verdict == evidence.Unknown && t.explored < t.programs:
		out += fmt.Sprintf(", %d of %s explored as planned", t.explored, plain.Count(t.programs, "program"))
	}
	out += t.verdicts() + fmt.Sprintf("; %d of %s as expected", t.ran-t.unexpected, plain.Count(t.planned, "run"))
	return out + fmt.Sprintf("; %d distinct states, %d visited, in %.1f s", t.distinct, t.visited, took.Seconds())
}

// verdicts counts the runs by their verdicts, where there are several.
func (t *total) verdicts() (out string) {
	if t.planned == 1 && t.ran == 1 {
		return ""
	}
	for _, word := range []evidence.Verdict{evidence.Held, evidence.Refuted, evidence.Unknown, evidence.HarnessBroken} {
		if n := t.byVerdict[word]; n > 0 {
			out += fmt.Sprintf("; %d %s", n, word)
		}
	}
	if t.notRun > 0 {
		out += fmt.Sprintf("; %d NOT RUN", t.notRun)
	}
	if left := t.planned - t.ran - t.notRun; left > 0 {
		out += fmt.Sprintf("; %d not started", left)
	}
	return out
}
