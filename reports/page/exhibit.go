package page

import (
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
