package harness

import (
	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// Outcome is what a run found out about one engine under one profile.
type Outcome struct {
	Engine  string
	Profile string
	Seed    Seed
	Claims  engines.Claims
	// Verdict is Fail if any visited state broke a promise, Unknown if one could
	// not be judged or none was visited, and Pass otherwise: of what a budget cut
	// off it says nothing.
	Verdict    models.Outcome
	Tally      Tally
	Properties []PropertyResult
	Findings   []*Finding
	// Modest tells that the engine says that its writes are not durable, though
	// no state showed one lost.
	Modest bool
	// OutOfBudget tells that the budget ended the run.
	OutOfBudget bool
}

// VerdictWord returns the word that reports have for the verdict.
func (o *Outcome) VerdictWord() string {
	switch o.Verdict {
	case models.Pass:
		return "held"
	case models.Fail:
		return "refuted"
	}
	return "unknown"
}

// Standing is how an engine stands towards a property.
type Standing string

// The standings.
const (
	NotClaimed   Standing = "not claimed"
	NotExercised Standing = "not exercised"
	Held         Standing = "held"
	Refuted      Standing = "refuted"
)

// PropertyResult is how one property fared.
type PropertyResult struct {
	ID       models.Property
	Standing Standing
	// States is how many visited states put it to the test.
	States int
}

// Finding is a broken promise with its smallest evidence.
type Finding struct {
	*Failure
	Engine  string
	Profile string
	Seed    Seed
	// Program is the smallest that still shows it; Found is the one that showed
	// it first, by name.
	Program scenarios.Program
	Found   string
	// After is how many states were visited before it showed.
	After int
	// Confirmed tells that it came again when replayed; otherwise it is flaky.
	Confirmed bool
	// Signature is the same for findings with one cause, as far as can be told:
	// the property and the kinds of effects that were lost.
	Signature string
	// Explanation leads to the root cause; nil unless the finding was confirmed
	// and shrunk.
	Explanation *Explanation

	profile crash.Profile
}

// result returns the outcome's properties in their order.
func (o *Outcome) result(contract models.Contract) {
	claimed := models.Claimed(contract)
	refuted := models.SetOf()
	for _, f := range o.Findings {
		for _, v := range f.Verdict.Violations {
			refuted = refuted.With(v.Property)
		}
	}
	for _, p := range models.Properties {
		r := PropertyResult{ID: p.ID, Standing: Held, States: o.Tally.Evidence[p.ID]}
		switch {
		case refuted.Has(p.ID):
			r.Standing = Refuted
		case !claimed.Has(p.ID):
			r.Standing = NotClaimed
		case r.States == 0:
			r.Standing = NotExercised
		}
		o.Properties = append(o.Properties, r)
	}
	switch {
	case len(o.Findings) > 0:
		o.Verdict = models.Fail
	case o.Tally.Unknown == 0 && o.Tally.Visited > 0:
		o.Verdict = models.Pass
	}
}
