package page

import (
	"slices"

	"github.com/ackproof/ackproof/harness/evidence"
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

// missingFsync is the fsync that was missing, as it is shown.
type missingFsync struct {
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

// decisiveEvent is the event that a finding turns on where no fsync helps.
type decisiveEvent struct {
	Event      int
	Text, Call string
	Frames     []place
	Same       string // as that of a missingFsync
}

func (e *exhibit) decisiveEvent(t *evidence.DecisiveEvent, culprits []culprit, faults []firedFault) *decisiveEvent {
	if t == nil {
		return nil
	}
	for _, f := range faults {
		culprits = append(culprits, culprit{Letter: "the failed call", Frames: f.Frames})
	}
	out := &decisiveEvent{Event: t.Event, Text: line(t.What), Call: e.call(t.Call)}
	out.Frames, out.Same = fewer(places(t.Frames), culprits)
	return out
}

// fewer leaves the innermost frame of a stack that a culprit has too, or a fault, and names
// that.
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
func (e *exhibit) explanation() *evidence.Explanation {
	if x := e.Case.Explanation; x != nil {
		return x
	}
	x := &evidence.Explanation{Sentence: e.Case.Sentence(), Culprits: e.Case.Culprits()}
	if e.Case.Live {
		x.NoFsync = "The finding needs no crash, so no fsync can help."
	}
	return x
}

// notSought says why no missing fsync was looked for, where none was.
func (e *exhibit) notSought() string {
	if e.Case.Unfinished != "" {
		return "Not known: " + line(e.Case.Unfinished) + "."
	}
	return "Not known: the bundle holds no explanation, so no fsync was tried."
}

func (e *exhibit) culprits(all []evidence.Culprit) []culprit {
	var out []culprit
	for i, c := range all[:min(len(all), culpritsShown)] {
		fate := "lost"
		if c.Torn != "" {
			fate = "torn: " + line(c.Torn)
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

func (e *exhibit) missingFsync(b *evidence.MissingFsync, culprits []culprit) *missingFsync {
	if b == nil {
		return nil
	}
	what := "fsync " + b.Path
	if b.Dir {
		what = "fsync of the directory " + b.Path
	}
	out := &missingFsync{
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
	Fared    evidence.Verdict
	Visited  int
	Failing  int
}

const stripRunsShown = 24

// stripRuns returns the strip in words, and how many runs were left off.
func stripRuns(strip []evidence.PointVerdict) (runs []stripRun, more int) {
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

func fared(p evidence.PointVerdict) evidence.Verdict {
	switch {
	case p.Visited == 0:
		return "not visited"
	case p.Failing > 0:
		return evidence.Refuted
	}
	return evidence.Held
}
