package harness

import (
	"slices"
	"strings"

	"github.com/ackproof/ackproof/models"
)

// finding confirms a failure and makes its evidence small.
func (v *verification) finding(f foundFailure) (*Finding, error) {
	out := &Finding{
		Failure: f.Failure, Engine: v.factory.Name, Profile: v.config.Profile.Name, Seed: v.config.Seed,
		profile: v.config.Profile,
		Program: f.program.Program, Found: f.program.Name, After: f.after,
	}
	s := newShrinker(v, f)
	defer s.stop()
	out.Confirmed = s.again() != nil
	if out.Confirmed && !v.config.NoShrink {
		out.Program, out.Failure = s.shrink()
		s.attempts.left, s.attempts.hangs = recoveriesMax, hangsMax
		out.Explanation = explain(out.Failure, s.attempts)
	}
	out.Signature = out.signature()
	return out, nil
}

// signature names the property and the kinds of effects that were lost.
func (f *Finding) signature() string {
	name := string(f.Property())
	if f.Live {
		return name + " live"
	}
	space := f.Life.spaceUnder(f.profile)
	var kinds []string
	for _, id := range space.Lost(f.State) {
		e := f.Life.Journal.Events[space.Effect(id).Event]
		kinds = append(kinds, e.Kind.String()+" "+genericName(e.Path))
	}
	slices.Sort(kinds)
	return strings.Join(append([]string{name}, slices.Compact(kinds)...), ", ")
}

// genericName returns the last part of a path with its digits masked, so that
// files of one role have one name.
func genericName(path string) string {
	base := path[strings.LastIndexByte(path, '/')+1:]
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '#'
		}
		return r
	}, base)
}

// sameCause tells whether a verdict fails first for the property.
func sameCause(v models.Verdict, p models.Property) bool {
	return v.Outcome == models.Fail && len(v.Violations) > 0 && v.Violations[0].Property == p
}
