package reports

import (
	"fmt"
	"path"

	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
)

// engineStack returns where the engine did what the case is about: what its
// explanation leads to, or else where it panicked or hangs, or issued the event that the
// finding turns on, or wrote what was corrupted, or the first that the crash took of. It is nil if
// that is not known.
func engineStack(c *evidence.Case) []journal.Frame {
	if stack := explainedStack(c.Explanation); len(stack) > 0 {
		return stack
	}
	if stack := c.Words().Frames; len(stack) > 0 {
		return stack
	}
	if e := c.Explanation; e != nil && e.DecisiveEvent != nil && len(e.DecisiveEvent.Frames) > 0 {
		return e.DecisiveEvent.Frames
	}
	for _, r := range c.Damaged() {
		if frames := c.Life.FramesAt(r.Event); len(frames) > 0 {
			return frames
		}
	}
	for _, id := range c.Lost() {
		if frames := c.Life.FramesAt(c.Life.Crashes().Effect(id).Event); len(frames) > 0 {
			return frames
		}
	}
	return nil
}

// explainedStack returns the place that an explanation leads to: where the fsync is
// missing, where recovery meets the damage, or what wrote what was lost.
func explainedStack(e *evidence.Explanation) []journal.Frame {
	switch {
	case e == nil:
		return nil
	case e.MissingFsync != nil && len(e.MissingFsync.Frames) > 0:
		return e.MissingFsync.Frames
	case len(e.Recovery) > 0:
		return e.Recovery
	case len(e.Culprits) > 0:
		return e.Culprits[0].Frames
	}
	return nil
}

// frameTexts returns the innermost functions of an engine's stack.
func frameTexts(stack []journal.Frame) []string {
	const framesMax = 6
	var out []string
	for _, frame := range stack[:min(len(stack), framesMax)] {
		out = append(out, frameText(frame))
	}
	return out
}

// frameText leaves folders out: they differ between machines, and so would equal
// runs.
func frameText(f journal.Frame) string {
	return fmt.Sprintf("%s (%s:%d)", path.Base(f.Function), path.Base(f.File), f.Line)
}
