package page

import (
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/reports"
)

// corruption is what went wrong with stored bytes, as it is shown.
type corruption struct {
	Kind, What, Advice string
	Bytes              []string
	Writes             []corruptedWrite
	// Tried says what the engine made of other corruptions of the same writes.
	Tried []string
}

// corruptedWrite is a write of which something went wrong later.
type corruptedWrite struct {
	Letter     string
	Event      int
	Text, Call string
	Frames     []place
}

// newCorruption returns what a report tells, nil for nothing.
func newCorruption(c *reports.Corruption) *corruption {
	if c == nil {
		return nil
	}
	out := &corruption{Kind: line(c.Kind), What: line(c.What), Advice: block(c.Advice)}
	for _, b := range c.Bytes {
		out.Bytes = append(out.Bytes, line(b.Text()))
	}
	for i, w := range c.Writes[:min(len(c.Writes), culpritsShown)] {
		shown := corruptedWrite{Letter: letter(i), Event: w.Event, Text: line(w.What), Call: line(w.Call)}
		for _, frame := range w.Stack {
			shown.Frames = append(shown.Frames, place{Position: line(frame)})
		}
		out.Writes = append(out.Writes, shown)
	}
	for _, text := range c.TriedTexts() {
		out.Tried = append(out.Tried, line(text))
	}
	return out
}

// addFrames gives the writes their stacks as those of other findings are shown.
func (c *corruption) addFrames(l *evidence.Life) {
	if c == nil {
		return
	}
	for i := range c.Writes {
		c.Writes[i].Frames = places(l.FramesAt(c.Writes[i].Event))
	}
}

// crashes reports whether a power failure is what the finding shows after.
func (e *exhibit) crashes() bool { return !e.Case.Live && !e.Case.HasDamage() }
