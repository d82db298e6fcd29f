package harness

import (
	"fmt"
	"strings"
)

// Summary returns the outcome in one line.
func (o *Outcome) Summary() string {
	verdict := map[bool]string{true: "refuted", false: "held"}[len(o.Findings) > 0]
	if len(o.Findings) == 0 && o.Tally.Unknown > 0 {
		verdict = "unknown"
	}
	line := fmt.Sprintf("%s under %s: %s; %d programs, %d lives, %d states visited, %d distinct, %d judged",
		o.Engine, o.Profile, verdict, o.Tally.Programs, o.Tally.Lives, o.Tally.Visited, o.Tally.Distinct, o.Tally.Judged)
	if o.OutOfBudget {
		line += "; the budget ended it"
	}
	if o.Modest {
		line += "; it does not claim durable writes, yet no state lost one"
	}
	return line
}

// FileName returns a name for the finding's bundle.
func (f *Finding) FileName() string {
	name := fmt.Sprintf("%s-%s-%s.ackproof", f.Engine, f.Profile, f.Property())
	return strings.Map(func(r rune) rune {
		if r == '/' || r == ',' || r == '=' || r == ' ' {
			return '-'
		}
		return r
	}, name)
}

// String returns what a reader needs first: what was promised, what came back,
// and the smallest program and crash that show it.
func (f *Finding) String() string {
	var b strings.Builder
	for _, v := range f.Verdict.Violations {
		fmt.Fprintf(&b, "%s: %s\n", v.Property, v.Sentence)
	}
	if e := f.Explanation; e != nil {
		b.WriteString(e.String())
	}
	if !f.Confirmed {
		b.WriteString("flaky: it did not come again when replayed\n")
	}
	if !f.Live {
		fmt.Fprintf(&b, "crash under %s: %s\n", f.Profile, f.crashText())
	}
	fmt.Fprintf(&b, "program (found by %s after %d states):\n%s", f.Found, f.After, f.Program)
	for _, l := range f.Life.Lives() {
		switch {
		case l.Resumed > 0:
			fmt.Fprintf(&b, "then a kill after event %d, and\n%s", l.Resumed-1, l.Steps)
		case l.Added:
			fmt.Fprintf(&b, "then a loss of power at %v, and\n%s", l.Crash, l.Steps)
		}
	}
	return b.String()
}

// crashText tells when power was lost and what was lost with it.
func (f *Finding) crashText() string {
	space := f.Life.spaceUnder(f.profile)
	events := f.Life.Journal.Events
	out := f.State.String()
	if f.State.Point > 0 && f.State.Point <= len(events) {
		out += fmt.Sprintf(", after event %d (%s)", f.State.Point-1, events[f.State.Point-1])
	}
	lost := space.Lost(f.State)
	const linesMax = 8
	for i, id := range lost {
		if i == linesMax {
			return out + fmt.Sprintf("\n  and %d more", len(lost)-linesMax)
		}
		e := space.Effect(id)
		out += fmt.Sprintf("\n  lost: %s, event %d (%s)", e.What, e.Event, events[e.Event])
	}
	return out
}
