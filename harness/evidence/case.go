package evidence

import (
	"fmt"
	"strings"

	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/scenarios"
)

// Case is a broken promise with its smallest evidence: a finding when it is told, a
// bundle in a file. It holds the journal and not the run, so it replays exactly, even
// for an engine with threads.
type Case struct {
	*Failure
	Engine string
	// Handover is as in [Outcome].
	Handover *Handover
	// Kind is what the engine is.
	Kind *subject.Kind
	Seed Seed
	// Program is the smallest that still shows it; Found is the one that showed
	// it first, by name.
	Program scenarios.Program
	Found   string
	// After is how many states were visited before it showed.
	After int
	// Confirmed says that it came again when replayed; otherwise it is flaky, or there was
	// no time to replay it, which Unfinished says.
	Confirmed bool
	// Signature is the text of the case's [Cause].
	Signature string
	// States is how many states of the run were of this cause, 0 if nobody counted them.
	States int
	// Known is what was known of the cause before the run, nil for nothing. It is the
	// run's, and no part of a bundle.
	Known *Known
	// Unfinished says what was not done, for lack of time or as it could not be:
	// [NotConfirmed], [NotShrunk], [NotReproduced], [NotExplained] or, for nothing, "".
	Unfinished string
	// File is the name of the case's bundle.
	File string
	// Explanation leads to the root cause; nil unless the case was confirmed, and was to
	// be shrunk. It may be unfinished.
	Explanation *Explanation
	// Build has the versions of what ran, by module.
	Build map[string]string
}

// What a case has not if there was no time for it or, for [NotReproduced], if its program did
// not show it a second time.
const (
	NotConfirmed  = "not confirmed: out of time"
	NotShrunk     = "not shrunk: out of time"
	NotReproduced = "not shrunk: the program did not show it when it ran again"
	NotExplained  = "not explained: out of time"
)

// Shrunk reports whether the case was made small, so that all that its state lost is
// needed.
func (c *Case) Shrunk() bool {
	return c.Explanation != nil && c.Unfinished != NotShrunk && c.Unfinished != NotReproduced
}

// Told returns the line that tells the case when it is confirmed.
func (c *Case) Told(profile string) string {
	word := "found"
	switch {
	case c.Known != nil:
		word = "known"
	case !c.Confirmed && c.Unfinished != NotConfirmed:
		word = "flaky"
	}
	return fmt.Sprintf("%s: %s under %s breaks %s: %s", word, c.Engine, profile, c.Property(), c.Sentence())
}

// FileName returns a name for the bundle of the n-th case with its engine, profile and
// property; the first is 1.
func (c *Case) FileName(n int) string {
	name := c.Engine + "-" + c.Life.Profile.Name + "-" + string(c.Property())
	if n > 1 {
		name += fmt.Sprintf("-%d", n)
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("/,=: ", r) {
			return '-'
		}
		return r
	}, name) + ".ackproof"
}
