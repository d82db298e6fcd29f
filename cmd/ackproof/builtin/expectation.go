package builtin

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ackproof/ackproof/engines/dengine"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
)

// Expectation is what a run must find out about an engine. The zero value is
// that it holds, under every profile.
type Expectation struct {
	// RefutedBy is the property that the engine must be seen to break; "" for an
	// engine that holds, or has Weaknesses.
	RefutedBy models.Property
	// Weaknesses are documented; each must be seen, by a finding of its own.
	Weaknesses []dengine.Weakness
	// Profiles are those under which that must be seen.
	Profiles []string
	// Faults says that it need be seen only in a run that tries faults.
	Faults bool
}

// Holds reports whether the engine is expected to hold.
func (e Expectation) Holds() bool { return e.RefutedBy == "" && len(e.Weaknesses) == 0 }

// Under reports whether anything is expected under the profile.
func (e Expectation) Under(profile string) bool {
	return e.Holds() || slices.Contains(e.Profiles, profile)
}

// Documented returns the weaknesses that must be seen under the profile.
func (e Expectation) Documented(profile string) (out []evidence.Weakness) {
	for _, w := range e.Weaknesses {
		if e.Under(profile) && (w.Profile == "" || w.Profile == profile) {
			out = append(out, evidence.Weakness{Sentence: w.Sentence, Signature: w.Signature()})
		}
	}
	return out
}

// Met reports whether an outcome is what is expected: an engine holds, or all was explored
// and refuted it by known causes alone; a planted bug is seen to break its own property; each
// documented weakness is seen. It is met where nothing is expected.
func (e Expectation) Met(o *evidence.Outcome) bool {
	switch {
	case !e.Under(o.Profile):
		return true
	case e.Holds():
		return o.Verdict == evidence.Held || o.AllKnown() && !o.Undecided()
	case len(e.Weaknesses) > 0:
		return evidence.AllIn(o.Findings, e.Documented(o.Profile))
	}
	return slices.ContainsFunc(o.Findings, func(f *evidence.Case) bool { return f.Property() == e.RefutedBy })
}

// String returns "holds", or which properties must be refuted.
func (e Expectation) String() string {
	if e.Holds() {
		return "holds"
	}
	if e.RefutedBy != "" {
		return fmt.Sprintf("refuted: %s", e.RefutedBy)
	}
	var properties []string
	for _, w := range e.Weaknesses {
		if !slices.Contains(properties, w.Property) {
			properties = append(properties, w.Property)
		}
	}
	return "refuted, as documented: " + strings.Join(properties, ", ")
}
