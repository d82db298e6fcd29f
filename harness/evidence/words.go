package evidence

import (
	"cmp"

	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/models"
)

// Words are an engine's own words on a failure, fit to print and bounded.
type Words struct {
	// Frames are where the engine panicked or hangs, innermost first and of the
	// engine only; nil for what is no Go stack.
	Frames []journal.Frame
	// Lines are what else it said as it panicked, or the end of what its process
	// wrote to standard error, if it did not return.
	Lines []string
	// Log is the end of what it had written to standard error in the life that shows
	// the failure; nil where there are Frames or Lines.
	Log []string
}

// How many lines of an engine's words are shown in full, and in brief.
const (
	wordsLinesMax = 30
	briefLinesMax = 6
)

// Words returns the engine's own words. What they leave out is in the bundle.
func (f *Failure) Words() Words {
	w := WordsOf(f.unreturned())
	if w.Frames == nil && w.Lines == nil {
		w.Log = excerpt(plainLines(f.Life.Log), wordsLinesMax)
	}
	return w
}

// WordsOf returns what an engine said as it failed so; nothing for nil.
func WordsOf(f *models.Failure) (w Words) {
	if f != nil {
		var said string
		w.Frames, said = readDump(f)
		w.Lines = excerpt(plainLines(said), wordsLinesMax)
	}
	return w
}

// BriefWords returns the lines of [Words] in a few, for where there is no room.
func BriefWords(lines []string) []string { return excerpt(lines, briefLinesMax) }

// unreturned returns how the engine failed to recover or else how the first call, of those
// that the failure is about, failed to return; nil if all returned.
func (f *Failure) unreturned() *models.Failure {
	if failed := failureOf(f.Recovered); failed != nil {
		return failed
	}
	calls := f.Life.Calls
	if !f.Live {
		calls = calls.Until(f.State.Point - 1)
	}
	for _, c := range calls {
		if failed := cmp.Or(c.Result.Failure, failureOf(c.Result.Recovered)); failed != nil {
			return failed
		}
	}
	return nil
}

func failureOf(r *models.Recovered) *models.Failure {
	if r == nil {
		return nil
	}
	return r.Failure
}
