package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/models"
)

// explainer works out what led to one failure.
type explainer struct {
	*trials
	*evidence.Failure
	host    host.Host
	space   crash.States
	lost    []crash.EffectID
	byPoint []evidence.PointVerdict
	// mustCope says that recovery has to cope with what the crash left.
	mustCope bool
}

// callOf returns the call that an event belongs to, 0 if that is not known.
func (x *explainer) callOf(event int) int { return x.Life.Journal.Events[event].Call }

// call returns the life's call with the number, nil if it has none.
func (x *explainer) call(id int) *models.Call { return callOf(x.Life, id) }

// underWay returns the calls that the crash cut off.
func (x *explainer) underWay() []*models.Call {
	killed := -1
	for i, e := range x.Life.Journal.Events[:x.State.Point] {
		if e.Kind == journal.EventKill {
			killed = i
		}
	}
	var out []*models.Call
	for i := range x.Life.Calls {
		c := &x.Life.Calls[i]
		if c.Invoked > killed && c.Invoked < x.State.Point && (c.Returned == models.Pending || c.Returned >= x.State.Point) {
			out = append(out, c)
		}
	}
	return out
}

// acknowledging returns the last call that had returned among those that the
// verdict cites; nil if it cites none of this life.
func (x *explainer) acknowledging() *models.Call {
	var out *models.Call
	for _, id := range x.Verdict.Violations[0].Calls {
		c := x.call(id)
		if c != nil && c.Returned != models.Pending && c.Returned < x.State.Point && (out == nil || c.Returned > out.Returned) {
			out = c
		}
	}
	return out
}

// eventText names an event, and the place in the code that it came from.
func (x *explainer) eventText(event int) string {
	e := x.Life.Journal.Events[event]
	what := e.String()
	if place := x.Life.FramesAt(event); len(place) > 0 {
		what += ", " + evidence.FrameText(place[0])
	}
	return fmt.Sprintf("event %d (%s)", event, what)
}

// join returns "a, b and c".
func join(parts []string) string {
	if n := len(parts); n > 1 {
		return strings.Join(parts[:n-1], ", ") + " and " + parts[n-1]
	}
	return strings.Join(parts, "")
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

func (x *explainer) eventsOf(ids []crash.EffectID) []int {
	var out []int
	for _, id := range ids {
		out = append(out, x.space.Effect(id).Event)
	}
	return slices.Compact(out)
}

func (x *explainer) eventsText(events []int) string {
	var parts []string
	for _, e := range events {
		parts = append(parts, x.eventText(e))
	}
	return join(parts)
}
