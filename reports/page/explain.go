package page

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
)

// culprit is a lost effect as it is shown.
type culprit struct {
	Letter string
	What   string
	Event  int
	Text   string
	// Fate is "lost", or how much of it was kept.
	Fate   string
	Call   string
	Frames []place
}

// barrier is the sync that was missing, as it is shown.
type barrier struct {
	Sentence      string
	What          string
	After, Before int
	AfterText     string
	Call          string
	Frames        []place
	// Same is the letter of the culprit with the same stack, "" for none; Frames
	// then has only its innermost function.
	Same string
}

// turn is the event that a finding turns on where no sync helps.
type turn struct {
	Event      int
	Text, Call string
	Frames     []place
	Same       string // as that of a barrier
}

func (e *evidence) turn(t *harness.Turn, culprits []culprit) *turn {
	if t == nil {
		return nil
	}
	out := &turn{Event: t.Event, Text: line(t.What), Call: e.call(t.Call)}
	out.Frames, out.Same = fewer(places(t.Frames), culprits)
	return out
}

// fewer leaves the innermost frame of a stack that a culprit has too, and names
// that culprit.
func fewer(frames []place, culprits []culprit) (kept []place, same string) {
	for _, c := range culprits {
		if len(frames) > 1 && slices.Equal(c.Frames, frames) {
			return frames[:1], c.Letter
		}
	}
	return frames, ""
}

// culpritsShown bounds the culprits that a page spells out.
const culpritsShown = 12

// explanation returns the finding's, or one that names what was lost.
func (e *evidence) explanation() (x *harness.Explanation, proven bool) {
	if x := cmp.Or(e.Explanation, e.bundle.Explanation); x != nil {
		return x, true
	}
	x = &harness.Explanation{Sentence: e.bundle.Sentence, NoBarrier: "Not known: the bundle holds no explanation, so no fsync was tried."}
	if e.bundle.Live {
		x.NoBarrier = "The finding needs no crash, so no fsync can help."
		return x, false
	}
	for _, id := range e.space.Lost(e.bundle.State) {
		info := e.space.Effect(id)
		event := e.life.Journal.Events[info.Event]
		x.Culprits = append(x.Culprits, harness.Culprit{
			Effect: id, What: info.What, Event: info.Event, TornBytes: tornBytes(e.bundle.State, id),
			Call: event.Call, Frames: e.life.Journal.Frames(event.Stack),
		})
	}
	return x, false
}

// tornBytes returns how much of a lost effect was kept, -1 if nothing.
func tornBytes(state crash.State, id crash.EffectID) int {
	for _, t := range state.Torn {
		if t.Effect == id {
			return t.Bytes
		}
	}
	return -1
}

func (e *evidence) culprits(all []harness.Culprit) []culprit {
	var out []culprit
	for i, c := range all[:min(len(all), culpritsShown)] {
		fate := "lost"
		if c.TornBytes >= 0 {
			fate = fmt.Sprintf("torn: only its first %s kept", count(c.TornBytes, "byte"))
		}
		out = append(out, culprit{
			Letter: letter(i), What: line(c.What), Event: c.Event, Text: e.event(c.Event), Fate: fate,
			Call: e.call(c.Call), Frames: places(c.Frames),
		})
	}
	return out
}

// letter names the culprits A, B, C.
func letter(i int) string { return string(rune('A' + i%26)) }

func (e *evidence) barrier(b *harness.Barrier, culprits []culprit) *barrier {
	if b == nil {
		return nil
	}
	what := "fsync " + b.Path
	if b.Dir {
		what = "fsync of the directory " + b.Path
	}
	out := &barrier{
		Sentence: block(b.Sentence), What: line(what), After: b.After, Before: b.Before,
		AfterText: e.event(b.After), Call: e.call(b.Call), Frames: places(b.Frames),
	}
	out.Frames, out.Same = fewer(out.Frames, culprits)
	return out
}

// stripRun is crash points in a row that fared alike.
type stripRun struct {
	From, To int
	Points   int
	Fared    string
	Visited  int
	Failing  int
}

const stripRunsShown = 24

// stripRuns returns the strip in words, and how many runs were left off.
func stripRuns(strip []harness.PointVerdict) (runs []stripRun, more int) {
	for _, p := range strip {
		fared := fared(p)
		if n := len(runs); n == 0 || runs[n-1].Fared != fared {
			runs = append(runs, stripRun{From: p.Point, Fared: fared})
		}
		last := &runs[len(runs)-1]
		last.To, last.Points = p.Point, last.Points+1
		last.Visited, last.Failing = last.Visited+p.Visited, last.Failing+p.Failing
	}
	if len(runs) > stripRunsShown {
		return runs[:stripRunsShown], len(runs) - stripRunsShown
	}
	return runs, 0
}

func fared(p harness.PointVerdict) string {
	switch {
	case p.Visited == 0:
		return "not visited"
	case p.Failing > 0:
		return "refuted"
	}
	return "held"
}
