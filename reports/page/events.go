package page

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/reports"
)

// eventRow is a line of the table that is there without the script.
type eventRow struct {
	Event                      int
	Text, Call, Caller, Remark string
	Faulted                    bool
}

// eventsAround is how many events before and after the crash the table holds.
const eventsAround = 16

// eventRows returns the events around the crash, or the last ones.
func (e *exhibit) eventRows(f fates) []eventRow {
	events := e.Case.Life.Journal.Events
	at := len(events)
	if e.crashes() {
		at = e.Case.State.Point
	}
	var out []eventRow
	for i := max(0, at-eventsAround); i < min(len(events), at+eventsAround/4); i++ {
		row := eventRow{Event: i, Text: e.event(i), Call: e.call(events[i].Call)}
		if frames := places(e.Case.Life.FramesAt(i)); len(frames) > 0 {
			row.Caller = frames[0].String()
		}
		row.Remark, row.Faulted = e.remark(i, f), events[i].IsFault()
		out = append(out, row)
	}
	return out
}

// remark says what the crash did to an event, or that a fault made it.
func (e *exhibit) remark(number int, f fates) string {
	if e.plain.Corruption != nil && slices.ContainsFunc(e.plain.Corruption.Writes, func(w reports.CorruptedWrite) bool { return w.Event == number }) {
		return "corrupted since"
	}
	if e.crashes() && number >= e.Case.State.Point {
		return "after the crash"
	}
	if event := e.Case.Life.Journal.Events[number]; event.IsFault() || event.FailsLate() {
		return failedWords(event)
	}
	worst := -1
	for at, ok := slices.BinarySearch(f.Event, number); ok && at < len(f.Event) && f.Event[at] == number; at++ {
		worst = max(worst, f.Fate[at])
	}
	if worst < 0 || e.Case.Life.Journal.Events[number].Kind == journal.EventInvoke {
		return ""
	}
	return fateWords[worst]
}

// failedWords says that a fault failed a call, and with what.
func failedWords(e journal.Event) string { return "failed: " + e.Error.String() }
