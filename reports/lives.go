package reports

import (
	"fmt"
	"path"
	"strings"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/models"
)

// lives returns the lives that led to a finding, in words.
func lives(f *harness.Finding) []Life {
	var out []Life
	all := f.Life.Lives()
	for i, l := range all {
		w := words{life: l, profile: profileOf(f)}
		switch {
		case i+1 < len(all):
			out = append(out, w.until(all[i+1].Crash))
		case f.Live:
			out = append(out, Life{Calls: w.calls(l.Calls)})
		default:
			out = append(out, w.until(f.State))
		}
	}
	return out
}

func profileOf(f *harness.Finding) crash.Profile {
	p, err := crash.ParseProfile(f.Profile)
	if err != nil {
		panic(fmt.Sprintf("reports: a finding's profile: %v", err))
	}
	return p
}

// words puts a life into words.
type words struct {
	life    *harness.Life
	profile crash.Profile
}

// until returns the life up to a crash, and that.
func (w words) until(state crash.State) Life {
	space := crash.NewSpace(w.life.Journal, w.profile)
	known := w.life.Calls.Until(state.Point - 1)
	return Life{
		Calls: w.calls(known),
		Crash: &Crash{State: state.String(), When: w.when(state.Point, known), Lost: w.losses(space, state)},
	}
}

func (w words) calls(h models.History) []Call {
	out := []Call{}
	for _, c := range h {
		out = append(out, Call{ID: c.ID, Op: c.Op.String(), Result: resultText(c)})
	}
	return out
}

func resultText(c models.Call) string {
	switch {
	case c.Returned == models.Pending:
		return "in flight"
	case c.Result.Err != "":
		return c.Result.Err
	case c.Result.Recovered != nil && c.Result.Recovered.Failure != nil:
		return failureText(c.Result.Recovered.Failure)
	}
	return readText(c.Op.Kind, c.Result)
}

// readText returns what a read returned, "ok" for what is no read.
func readText(kind models.Kind, r models.Result) string {
	switch kind {
	case models.ReadEntry, models.ReadRange:
		if len(r.Entries) == 0 {
			return "nothing"
		}
		first, last := r.Entries[0], r.Entries[len(r.Entries)-1]
		return fmt.Sprintf("%d (term %d) to %d (term %d)", first.Index, first.Term, last.Index, last.Term)
	case models.ReadLastIndex:
		return fmt.Sprint(r.LastIndex)
	case models.ReadHardState:
		return hardText(models.View{HardState: r.HardState, HasHardState: r.OK})
	case models.ReadBoundary:
		return idText(r.Boundary, r.OK)
	}
	return "ok"
}

// when tells which calls power was lost in, or after which.
func (w words) when(point int, known models.History) string {
	at := fmt.Sprintf("after event %d", point-1)
	if point == 0 {
		at = "before event 0"
	}
	if point == len(w.life.Journal.Events) {
		at += ", the last"
	}
	if point <= w.life.Opened {
		return at + ", while the engine opened"
	}
	var last string
	var pending []string
	for _, c := range known {
		if c.Returned == models.Pending {
			pending = append(pending, w.call(c.ID))
		} else {
			last = w.call(c.ID)
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

// call returns the number and words of a call of the life.
func (w words) call(id int) string {
	for _, c := range w.life.Calls {
		if c.ID == id {
			return fmt.Sprintf("call %d %s", id, &c.Op)
		}
	}
	if id == 0 {
		return ""
	}
	return fmt.Sprintf("call %d open", id)
}

// losses returns what a crash took, in the order of the events.
func (w words) losses(space *crash.Space, state crash.State) []Loss {
	out := []Loss{}
	for _, id := range space.Lost(state) {
		effect := space.Effect(id)
		if len(out) == 0 || out[len(out)-1].Event != effect.Event {
			out = append(out, w.loss(effect.Event))
		}
		last := &out[len(out)-1]
		text := strings.TrimPrefix(effect.What, w.life.Journal.Events[effect.Event].Path+" ")
		last.Effects = append(last.Effects, text+tornText(state, id))
	}
	return out
}

func tornText(state crash.State, id crash.EffectID) string {
	for _, t := range state.Torn {
		if t.Effect == id {
			return fmt.Sprintf(" but for the first %d", t.Bytes)
		}
	}
	return ""
}

// loss returns an event in words.
func (w words) loss(number int) Loss {
	e := w.life.Journal.Events[number]
	out := Loss{Event: number, What: e.String(), Call: w.call(e.Call)}
	if frames := w.life.Journal.Frames(e.Stack); len(frames) > 0 {
		// Folders differ between machines, and so would equal runs.
		f := frames[0]
		out.Caller = fmt.Sprintf("%s (%s:%d)", path.Base(f.Function), path.Base(f.File), f.Line)
	}
	return out
}
