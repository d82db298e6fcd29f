package evidence

import (
	"slices"
	"strings"
)

// Weakness is one that an engine is documented to have, and that a run must find.
type Weakness struct {
	// Sentence says what the engine does, and what that costs.
	Sentence string
	// Signature is what the signature of its finding begins with.
	Signature string
}

// In returns the index of the first of cases that shows the weakness, -1 for none.
func (w Weakness) In(cases []*Case) int {
	return slices.IndexFunc(cases, func(c *Case) bool { return strings.HasPrefix(c.Signature, w.Signature) })
}

// AllIn reports whether each of the weaknesses is shown by one of cases.
func AllIn(cases []*Case, weaknesses []Weakness) bool {
	return !slices.ContainsFunc(weaknesses, func(w Weakness) bool { return w.In(cases) < 0 })
}
