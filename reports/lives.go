package reports

import (
	"fmt"
	"strings"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
)

// lives returns the lives that led to a finding, in words.
func lives(f *evidence.Case) []Life {
	var out []Life
	all := f.Life.Lives()
	for i, l := range all {
		w := lifeText{l}
		switch {
		case i+1 < len(all):
			out = append(out, w.until(all[i+1].Crash))
		case f.Live || f.HasDamage():
			out = append(out, Life{Calls: w.calls(l.Calls)})
		default:
			out = append(out, w.until(f.State))
		}
		out[i].Engine = newHandover(f.Handover).engineOf(l)
	}
	return out
}

// lifeText puts a life into words.
type lifeText struct{ life *evidence.Life }

// until returns the life up to a crash, and that.
func (w lifeText) until(state crash.State) Life {
	known := w.life.Calls.Until(state.Point - 1)
	return Life{
		Calls: w.calls(known),
		Crash: &Crash{State: state.String(), When: w.when(state.Point, known), Lost: w.losses(state)},
	}
}

func (w lifeText) calls(h models.History) []Call {
	out := []Call{}
	for _, c := range h {
		out = append(out, Call{ID: c.ID, Op: c.Op.String(), Result: resultText(c), Faulted: c.Faulted})
	}
	return out
}

func resultText(c models.Call) string {
	switch {
	case c.Returned == models.Pending:
		return "in flight"
	case c.Result.Err != "":
		return c.Result.Err
	case len(c.Result.Left) > 0:
		return "ok, and " + models.StillThere(c.Result.Left)
	case c.Result.Recovered != nil && c.Result.Recovered.Failure != nil:
		return failureText(c.Result.Recovered.Failure)
	}
	return c.Op.AnswerText(c.Result.Answer)
}

// when says during or after which calls the power failed.
func (w lifeText) when(point int, known models.History) string {
	at := fmt.Sprintf("after event %d", point-1)
	if point == 0 {
		at = "before event 0"
	}
	if point == len(w.life.Journal.Events) {
		at += ", the last"
	}
	if point <= w.life.OpenedAt {
		return at + ", while the engine opened"
	}
	var last string
	var pending []string
	for _, c := range known {
		if c.Returned == models.Pending {
			pending = append(pending, w.life.CallText(c.ID))
		} else {
			last = w.life.CallText(c.ID)
		}
	}
	switch {
	case len(pending) > 0:
		return at + ", in " + strings.Join(pending, " and ")
	case last == "":
		return at + ", before the first call"
	}
	return at + ", when " + last + " had returned"
}

// losses returns what a crash took, in the order of the events.
func (w lifeText) losses(state crash.State) []Loss {
	out := []Loss{}
	space := w.life.Crashes()
	for _, id := range space.Lost(state) {
		effect := space.Effect(id)
		if len(out) == 0 || out[len(out)-1].Event != effect.Event {
			out = append(out, w.loss(effect.Event))
		}
		last := &out[len(out)-1]
		text := strings.TrimPrefix(effect.What, effect.File+" ")
		if t, ok := state.Tear(id); ok {
			text += " (torn, " + t.Words() + ")"
		}
		last.Effects = append(last.Effects, text)
	}
	return out
}

// loss returns an event in words.
func (w lifeText) loss(number int) Loss {
	e := w.life.Journal.Events[number]
	out := Loss{Event: number, What: e.String(), Call: w.life.CallText(e.Call)}
	if frames := w.life.FramesAt(number); len(frames) > 0 {
		out.Caller = frameText(frames[0])
	}
	return out
}

func failureText(f *models.Failure) string {
	if f == nil {
		return ""
	}
	return f.Phase.String() + ": " + f.String()
}
