package evidence

import (
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// Outcome is what a run found out about one engine under one profile.
type Outcome struct {
	Engine  string
	Profile string
	Seed    Seed
	Claims  engines.Claims
	// Without is what the engine does not offer.
	Without engines.Without
	// Verdict is Refuted if any visited state broke a promise, Unknown if one could
	// not be judged or none was visited, and Held otherwise: of what a budget cut
	// off it says nothing.
	Verdict    Verdict
	Tally      Tally
	Properties []PropertyResult
	Findings   []*Case
	// CouldClaimDurable says that the engine says that its writes are not durable, though
	// no state showed one lost.
	CouldClaimDurable bool
	// OutOfBudget says that the budget ended the run.
	OutOfBudget bool
}

// Verdict is what can be said of an engine, or of how it stands towards a property.
type Verdict string

// The verdicts. NotClaimed and NotExercised are for properties alone, Unknown for
// engines alone; it is never taken for held. An engine that could not run has no
// outcome, but an error (ErrNotRun of package harness), and so has a run whose environment failed.
const (
	Held         Verdict = "held"
	Refuted      Verdict = "refuted"
	Unknown      Verdict = "unknown"
	NotClaimed   Verdict = "not claimed"
	NotExercised Verdict = "not exercised"
)

// PropertyResult is how one property fared.
type PropertyResult struct {
	ID      models.Property
	Verdict Verdict
	// States is how many visited states put it to the test.
	States int
}

// Has reports whether a finding breaks the property first.
func (o *Outcome) Has(p models.Property) bool {
	return slices.ContainsFunc(o.Findings, func(c *Case) bool { return c.Property() == p })
}

// Conclude works out the verdicts, of the properties in their order and of the whole.
func (o *Outcome) Conclude(contract models.Contract) {
	o.Claims, o.Without, o.Verdict = contract.Claims, contract.Without, Unknown
	claimed := models.Claimed(contract)
	refuted := models.SetOf()
	for _, f := range o.Findings {
		for _, v := range f.Verdict.Violations {
			refuted = refuted.With(v.Property)
		}
	}
	for _, p := range models.Properties {
		r := PropertyResult{ID: p.ID, Verdict: Held, States: o.Tally.Evidence[p.ID]}
		switch {
		case refuted.Has(p.ID):
			r.Verdict = Refuted
		case !claimed.Has(p.ID):
			r.Verdict = NotClaimed
		case r.States == 0:
			r.Verdict = NotExercised
		}
		o.Properties = append(o.Properties, r)
	}
	switch {
	case len(o.Findings) > 0:
		o.Verdict = Refuted
	case o.Tally.Unknown == 0 && o.Tally.Visited > 0:
		o.Verdict = Held
	}
}

// Summary returns the outcome in one line.
func (o *Outcome) Summary() string {
	line := fmt.Sprintf("%s under %s: %s; %d programs, %d lives, %d states visited, %d distinct, %d judged",
		o.Engine, o.Profile, o.Verdict, o.Tally.Programs, o.Tally.Lives, o.Tally.Visited, o.Tally.Distinct, o.Tally.Judged)
	if o.OutOfBudget {
		line += "; the budget ended it"
	}
	if o.CouldClaimDurable {
		line += "; it does not claim durable writes, yet no state lost one"
	}
	return line
}
