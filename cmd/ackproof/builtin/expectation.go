package builtin

import (
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
)

// Expectation is what a run must find out about an engine. The zero value is
// that it holds, under every profile.
type Expectation struct {
	// RefutedBy is the property that the engine must be seen to break; "" for an
	// engine that holds.
	RefutedBy models.Property
	// Profiles are those under which that must be seen.
	Profiles []string
	// Faults says that it need be seen only in a run that tries faults.
	Faults bool
}

// Under reports whether anything is expected under the profile.
func (e Expectation) Under(profile string) bool {
	return e.RefutedBy == "" || slices.Contains(e.Profiles, profile)
}

// Met reports whether an outcome is what is expected: an engine holds, or all was explored
// and refuted it by known causes alone; a planted bug is seen to break its own property. It is met where
// nothing is expected.
func (e Expectation) Met(o *evidence.Outcome) bool {
	switch {
	case !e.Under(o.Profile):
		return true
	case e.RefutedBy == "":
		return o.Verdict == evidence.Held || o.AllKnown() && !o.Undecided()
	}
	return slices.ContainsFunc(o.Findings, func(f *evidence.Case) bool { return f.Property() == e.RefutedBy })
}

// String returns "holds", or which property must be refuted.
func (e Expectation) String() string {
	if e.RefutedBy == "" {
		return "holds"
	}
	return fmt.Sprintf("refuted: %s", e.RefutedBy)
}
