package models

import (
	"fmt"
	"slices"
	"strings"
)

// releasing is a specification in which a close must leave nothing of the subject, whatever
// its kind is.
type releasing struct{ Spec }

// PromisesOfClose reports whether c promises something of a close, which is a call of its
// own then.
func PromisesOfClose(c Contract) bool {
	return c.Claimed()&SetOf(CloseDurable, CloseReleases) != 0
}

// Step returns false for a close, or a recovery with one, that leaves something.
func (m releasing) Step(s SpecState, c *Call) (SpecState, bool) {
	r := c.Result.Recovered
	if len(c.Result.Left) > 0 || r != nil && len(r.Left) > 0 {
		return s, false
	}
	return m.Spec.Step(s, c)
}

// Blame names what a close left.
func (m releasing) Blame(s SpecState, c *Call, overlapped bool) []Violation {
	if left := c.Result.Left; len(left) > 0 {
		return Broken(CloseReleases, []int{c.ID}, "call %d %s returned, yet %s", c.ID, c.Op, StillThere(left))
	}
	return m.Spec.Blame(s, c, overlapped)
}

// Describe adds what a close left.
func (m releasing) Describe(c *Call) string {
	if left := c.Result.Left; len(left) > 0 {
		return fmt.Sprintf("%s, and %s", m.Spec.Describe(c), StillThere(left))
	}
	return m.Spec.Describe(c)
}

// Legal returns false for a recovery whose close left something.
func (m releasing) Legal(s SpecState, r *Recovered, c *Call) bool {
	return len(r.Left) == 0 && m.Spec.Legal(s, r, c)
}

// Explain names what a close of the recovery left, behind whatever else is wrong with it.
func (m releasing) Explain(s SpecState, r *Recovered, c *Call) (out []Violation) {
	if !m.Spec.Legal(s, r, c) {
		out = m.Spec.Explain(s, r, c)
	}
	if len(r.Left) == 0 {
		return out
	}
	return append(out, Broken(CloseReleases, nil, "the engine opened after the crash, and closed, yet %s", StillThere(r.Left))...)
}

// StillThere says what is left, in a few of its words.
func StillThere(left []string) string {
	const wordsMax = 4
	shown := slices.Clone(left[:min(len(left), wordsMax)])
	if more := len(left) - len(shown); more > 0 {
		shown = append(shown, fmt.Sprintf("%d more", more))
	}
	return "this is left: " + strings.Join(shown, "; ")
}

// firstClose returns when the first close returned without an error, which puts what is
// promised of it to the test from then on; 0 for never.
func firstClose(h History) int {
	i := slices.IndexFunc(h, func(c Call) bool { return c.Op == Close && c.Returned != Pending && c.Result.Err == "" })
	if i < 0 {
		return 0
	}
	return h[i].Returned
}
