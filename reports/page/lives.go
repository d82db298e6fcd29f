package page

import (
	"fmt"

	"github.com/ackproof/ackproof/reports"
)

// lifeView is an engine's calls up to a crash.
type lifeView struct {
	Number int
	// Engine is as in the report.
	Engine string
	Calls  []reports.Call
	// Open says that the calls are few enough to be shown at once.
	Open  bool
	More  int
	Crash string
	When  string
	Lost  []string
}

// logRow compares one place of the log before the crash with what came back.
type logRow struct {
	What, Before, Recovered string
	Differs                 bool
}

// Bounds of the tables that the page writes out.
const (
	callsShown   = 60
	callsOpen    = 12
	lossesShown  = 24
	logRowsShown = 60
)

func newLifeView(number int, life reports.Life) lifeView {
	out := lifeView{Number: number, Engine: line(life.Engine)}
	// The last calls: they are next to the crash.
	out.More = max(0, len(life.Calls)-callsShown)
	for _, c := range life.Calls[out.More:] {
		out.Calls = append(out.Calls, reports.Call{ID: c.ID, Op: line(c.Op), Result: line(c.Result), Faulted: c.Faulted})
	}
	out.Open = len(life.Calls) <= callsOpen
	if life.Crash == nil {
		return out
	}
	out.Crash, out.When = line(life.Crash.State), line(life.Crash.When)
	for i, loss := range life.Crash.Lost {
		if i == lossesShown {
			out.Lost = append(out.Lost, fmt.Sprintf("and %d more", len(life.Crash.Lost)-i))
			break
		}
		out.Lost = append(out.Lost, line(fmt.Sprintf("event %d, %s", loss.Event, loss.What)))
	}
	return out
}

// logRows returns the rows that differ and, as far as there is room, the others.
func logRows(all []reports.Row) (rows []logRow, more int) {
	room := logRowsShown
	for _, r := range all {
		if r.Before != r.Recovered {
			room--
		}
	}
	for _, r := range all {
		differs := r.Before != r.Recovered
		if !differs {
			room--
		}
		if !differs && room < 0 || len(rows) == 2*logRowsShown {
			more++
			continue
		}
		rows = append(rows, logRow{line(r.What), line(r.Before), line(r.Recovered), differs})
	}
	return rows, more
}
