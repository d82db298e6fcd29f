package harness

import (
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/models"
)

// explainer works out what led to one failure.
type explainer struct {
	*attempts
	*Failure
	space *crash.Space
	lost  []EffectID
	strip []PointVerdict
	// mustCope tells that recovery has to cope with what the crash left.
	mustCope bool
}

// explain returns what led to a confirmed failure that has been made small.
func explain(f *Failure, a *attempts) *Explanation {
	x := &explainer{attempts: a, Failure: f}
	out := &Explanation{Culprits: []Culprit{}, Strip: []PointVerdict{}}
	if f.Live {
		out.Sentence = x.sentence()
		out.NoBarrier = withoutCrash
		return out
	}
	x.space = f.Life.spaceUnder(a.config.Profile)
	x.lost = x.space.Lost(f.State)
	out.Sentence = x.sentence()
	out.Culprits = x.culprits()
	x.strip = x.pointVerdicts()
	out.Strip = x.strip
	if out.Barrier = x.barrier(); out.Barrier == nil {
		out.NoBarrier, out.Turn = x.noBarrier()
		if x.mustCope {
			out.Recovery = x.recoveryFrames(x.Life.Journal.Events[out.Culprits[0].Event].Path)
		}
	}
	return out
}

// withoutCrash is why no sync removes what the calls alone show.
const withoutCrash = "It shows without a crash, so no sync can help."

// culprits describes what the crash lost.
func (x *explainer) culprits() []Culprit {
	out := []Culprit{}
	for _, id := range x.lost {
		e := x.space.Effect(id)
		c := Culprit{
			Effect: id, What: e.What, Event: e.Event, TornBytes: -1,
			Call: x.callOf(e.Event), Frames: engineFrames(x.Life.Journal, e.Event),
		}
		for _, t := range x.State.Torn {
			if t.Effect == id {
				c.TornBytes = t.Bytes
			}
		}
		out = append(out, c)
	}
	return out
}

// pointVerdicts goes through the crash points of the life.
func (x *explainer) pointVerdicts() []PointVerdict {
	points := x.space.Points()
	out := make([]PointVerdict, len(points))
	index := map[int]int{}
	for i, p := range points {
		out[i].Point, index[p] = p, i
	}
	x.walk(x.Life, x.shortPlan(), x.lost, func(point int, breaks bool) bool {
		v := &out[index[point]]
		v.Visited++
		if breaks {
			v.Failing++
		}
		return true
	})
	return out
}

// callOf returns the call that an event belongs to, 0 if that is not known.
func (x *explainer) callOf(event int) int { return x.Life.Journal.Events[event].Call }

// call returns the life's call with the number, nil if it has none: the opening
// of an engine is no call of the history.
func (x *explainer) call(id int) *models.Call {
	i := slices.IndexFunc(x.Life.Calls, func(c models.Call) bool { return c.ID == id })
	if i < 0 {
		return nil
	}
	return &x.Life.Calls[i]
}

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
	if place := engineFrames(x.Life.Journal, event); len(place) > 0 {
		what += ", " + frameText(place[0])
	}
	return fmt.Sprintf("event %d (%s)", event, what)
}

// callText names a call.
func callText(c *models.Call) string { return fmt.Sprintf("call %d %s", c.ID, &c.Op) }
