package page

import (
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/reports"
)

// exhibit is a finding, and what a report says of it in plain values.
type exhibit struct {
	Finding
	plain reports.Finding
}

func newExhibit(f Finding) *exhibit {
	e := &exhibit{Finding: f, plain: reports.NewFinding(f.Case)}
	e.plain.Bundle = f.Path
	return e
}

// hear adds what the reports of runs tell of the finding's cause, and no bundle does.
func (e *exhibit) hear(all []reports.Report) {
	for _, r := range all {
		for _, f := range r.Findings {
			if isOf(e.Case, r, f) {
				e.plain.Known, e.plain.Comment, e.plain.States = f.Known, f.Comment, f.States
			}
		}
	}
}

// isOf reports whether a case is of the engine, profile and cause of a finding of a report.
func isOf(c *evidence.Case, r reports.Report, f reports.Finding) bool {
	return c.Engine == r.Engine && c.Life.Profile.String() == profileName(f.Under(r)) &&
		string(c.Property()) == f.Property && c.Signature == f.Signature
}

// profileName returns the name that a profile's text begins with.
func profileName(text string) string {
	p, err := crash.ParseProfile(text)
	if err != nil {
		return text
	}
	return p.String()
}

// event returns an event of the last life in words, "" for a number that is
// none of its.
func (e *exhibit) event(number int) string {
	if number < 0 || number >= len(e.Case.Life.Journal.Events) {
		return ""
	}
	return line(e.Case.Life.Journal.Events[number].String())
}

// call returns a call of the last life in words, "" for none.
func (e *exhibit) call(id int) string {
	return line(e.Case.Life.CallText(id))
}
