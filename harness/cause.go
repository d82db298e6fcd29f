package harness

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
)

// cause is a cause that an exploration knows of.
type cause struct {
	evidence.Cause
	// known is who knew it before the run, nil for nobody.
	known *evidence.Known
	// finding is the finding of it, nil for none yet.
	finding *evidence.Case
	// flaky says that the finding did not come again.
	flaky bool
	// states counts the failing states that are its.
	states int
}

// causes are those that the run knew when the exploration began, and then its own.
type causes []*cause

// of returns the first cause that a failure may be of, nil for none, and the lost effects
// of all such causes.
func (all causes) of(f *evidence.Failure) (first *cause, back []crash.EffectID) {
	for _, c := range all {
		if !f.IsOf(c.Cause) {
			continue
		}
		if first == nil {
			first = c
		}
		for _, id := range f.Lost() {
			if c.Has(f.Life.PlaceOf(id)) && !slices.Contains(back, id) {
				back = append(back, id)
			}
		}
	}
	return first, back
}

// covering returns a cause that covers c, nil for none.
func (all causes) covering(c *cause) *cause {
	for _, known := range all {
		if known.isSame(c) {
			return known
		}
	}
	return nil
}

// isSame reports whether a finding of o would be one of c. One that did not come again
// is the same as all such of its property: more of them say nothing new.
func (c *cause) isSame(o *cause) bool {
	return c.known == o.known && c.flaky == o.flaky && (c.Covers(o.Cause) || c.flaky && c.Property == o.Property)
}

// with returns the causes and those of more that are new. One that the user knew is
// among them already, and only has a finding now.
func (all causes) with(more causes) causes {
	for _, c := range more {
		i := slices.IndexFunc(all, func(o *cause) bool {
			return c.finding != nil && o.finding == c.finding || c.known != nil && o.known == c.known
		})
		switch {
		case i < 0:
			all = append(all, c)
		case all[i].finding == nil:
			all[i].finding = c.finding
		}
	}
	return all
}

// found is a finding of an exploration, and its cause.
type found struct {
	*evidence.Case
	cause   *cause
	program int  // its number
	settled bool // all programs know of it
}

// wholeKey names a crash that loses nothing.
type wholeKey struct {
	life  *evidence.Life
	point int
}
