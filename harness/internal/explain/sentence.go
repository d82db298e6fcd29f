package explain

import (
	"fmt"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/models"
)

// sentence says which promise is broken and how, and at which events the calls
// returned and the crash came.
func (x *explainer) sentence() string {
	v := x.Verdict.Violations[0]
	out := fmt.Sprintf("%s (%s) does not hold: %s.", v.Property, v.Property.Info().Clause(), v.Sentence)
	when := "it needs no crash to see it"
	switch {
	case x.Corruption != nil:
		when = "no power failed, and nothing else went wrong"
	case !x.Live:
		when = x.crashText()
	}
	if calls := x.returned(v.Calls); len(calls) > 0 {
		when = join(calls) + "; " + when
	}
	return out + " " + capital(when) + "." + x.syncRangeText()
}

// syncRangeText says that sync_file_range was called on a file of which something was
// lost: who calls it may take it for an fsync.
func (x *explainer) syncRangeText() string {
	lost := map[journal.Ino]int{} // by file, its first event that lost something
	for _, event := range x.eventsOf(x.lost) {
		ino := x.Life.Journal.Events[event].Ino
		if _, ok := lost[ino]; !ok {
			lost[ino] = event
		}
	}
	for i := x.State.Point - 1; i >= 0; i-- {
		e := x.Life.Journal.Events[i]
		if first, ok := lost[e.Ino]; ok && e.Kind == journal.EventSyncRange && i > first {
			return fmt.Sprintf(" sync_file_range was called on %s at event %d: it makes nothing durable.", e.Path, i)
		}
	}
	return ""
}

// returned says when each of the calls returned.
func (x *explainer) returned(calls []int) []string {
	var out []string
	for _, id := range calls {
		c := x.call(id)
		switch {
		case c == nil && x.Corruption != nil: // only what this life wrote is damaged
			out = append(out, fmt.Sprintf("call %d is the opening", id))
		case c == nil:
			out = append(out, fmt.Sprintf("call %d belongs to a life before this one", id))
		case c.Returned == models.Pending:
			out = append(out, fmt.Sprintf("call %d was invoked at event %d and never returned", id, c.Invoked))
		case !x.Live && c.Returned >= x.State.Point:
			out = append(out, fmt.Sprintf("call %d was under way since event %d", id, c.Invoked))
		default:
			out = append(out, fmt.Sprintf("call %d returned at event %d", id, c.Returned))
		}
	}
	return out
}

// crashText says when the crash came and what it lost.
func (x *explainer) crashText() string {
	events := x.Life.Journal.Events
	out := "the crash came before anything happened"
	if x.State.Point > 0 {
		out = fmt.Sprintf("the crash came after event %d (%s)", x.State.Point-1, events[x.State.Point-1])
	}
	if calls := x.underWay(); len(calls) == 1 {
		out += ", during " + x.Life.CallText(calls[0].ID)
	}
	if x.Life.InRecovery(x.State.Point) {
		out += ", while the engine recovered from the crash before"
	}
	out += ", and lost " + x.lostText()
	if x.State.Fill != crash.FillZero {
		out += fmt.Sprintf(", with fill %s in place of lost bytes", x.State.Fill)
	}
	return out
}

func (x *explainer) lostText() string {
	const namedMax = 3
	var parts []string
	for i, id := range x.lost {
		if i == namedMax {
			parts = append(parts, fmt.Sprintf("%d more", len(x.lost)-namedMax))
			break
		}
		e := x.space.Effect(id)
		part := fmt.Sprintf("%s of event %d", e.What, e.Event)
		if t, ok := x.State.Tear(id); ok {
			part += " (torn, " + t.Words() + ")"
		}
		parts = append(parts, part)
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return join(parts)
}
