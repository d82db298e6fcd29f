package evidence

import (
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/models"
)

// Outcome is what a run found out about one engine under one profile.
type Outcome struct {
	Engine string
	// Handover is nil for an engine that opens what it wrote itself; Engine names both if it
	// is not.
	Handover *Handover
	Profile  string
	Seed     Seed
	// Claims are the words for what the engine claims, Without those for the operations that
	// it does not offer.
	Claims, Without []string
	// Durability is when writes are durable: durable, buffered or volatile.
	Durability string
	// Verdict is HarnessBroken if Broken is not empty; Refuted if there is a finding; Held if every planned program was explored
	// as planned, with every fault that somebody gave, and every verdict reached, and some sabotage was seen if there was any;
	// Unknown otherwise.
	Verdict Verdict
	// Broken says what the harness's check of itself found wrong, "" if nothing.
	Broken     string
	Tally      Tally
	Properties []PropertyResult
	Findings   []*Case
	// CouldClaimDurable says that the engine says that its writes are not durable, though
	// no state showed one lost.
	CouldClaimDurable bool
	// Cut says what ended the run before all was explored as planned, "" if nothing did.
	Cut string
	// NotSeen says which of the engine's calls could not be seen, and why, "" if all could.
	NotSeen string
	// NotTried says which faults the run was to try and the engine cannot be put to where it
	// runs, and why, "" if none.
	NotTried string
	// WantsDir says why the engine did not open where its directory was missing, "" if
	// nothing: it may want the directory to be there.
	WantsDir string
	// NotFired are the faults that were tried and did not fire, by program.
	NotFired []string
	// Unfired are the faults that did not fire of programs that somebody gave: nothing is
	// held of what was to be tested with them.
	Unfired []Unfired
	// Assumes says what the run took for granted of the disk, NotPlanned what it was not to look
	// at.
	Assumes    string
	NotPlanned []string
	// UnseenKnown are the known causes that did not show.
	UnseenKnown []Known
	// Sensitivity is what a run in which the engine held would have seen, nil for no such run
	// and for an engine that writes nothing.
	Sensitivity Sensitivity
	// Coverage says what of the engine's code recoveries ran, nil where that was not counted.
	Coverage *RecoveryCoverage
}

// Verdict is what can be said of an engine, or of how it stands towards a property.
type Verdict string

// The verdicts. NotClaimed and NotExercised are for properties alone; Unknown,
// HarnessBroken and NotRun for engines alone. Unknown is never taken for held. An engine
// that could not run has no outcome, but an error (ErrNotRun of package harness), and so
// has a run whose environment failed.
const (
	Held         Verdict = "held"
	Refuted      Verdict = "refuted"
	Unknown      Verdict = "unknown"
	NotClaimed   Verdict = "not claimed"
	NotExercised Verdict = "not exercised"
	// HarnessBroken is of a run whose own check failed: nothing that it says of the engine
	// is worth anything.
	HarnessBroken Verdict = "harness broken"
	// NotRun is of engines that this machine cannot run.
	NotRun Verdict = "not run"
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
	o.Claims, o.Without, o.Durability, o.Verdict = contract.ClaimWords(), contract.WithoutWords(), contract.DurabilityWord(), Unknown
	claimed, known := contract.Claimed(), contract.Properties()
	refuted := models.SetOf()
	for _, f := range o.Findings {
		for _, v := range f.Verdict.Violations {
			refuted = refuted.With(v.Property)
		}
	}
	for p := range known.All() {
		r := PropertyResult{ID: p, Verdict: Held, States: o.Tally.Evidence[p]}
		switch {
		case refuted.Has(p):
			r.Verdict = Refuted
		case !claimed.Has(p):
			r.Verdict = NotClaimed
		case r.States == 0:
			r.Verdict = NotExercised
		}
		o.Properties = append(o.Properties, r)
	}
	switch {
	case o.Broken != "":
		o.Verdict = HarnessBroken
	case len(o.Findings) > 0:
		o.Verdict = Refuted
	case len(o.Unfired) > 0:
	case o.Tally.Unknown == 0 && o.Tally.Visited > 0 && o.Tally.Programs == o.Tally.Planned:
		o.Verdict = Held
	}
}

// Weigh adds what sabotages came to. A run that sees none of them has not held: nothing that
// it looks at shows a broken promise.
func (o *Outcome) Weigh(all Sensitivity) {
	o.Sensitivity = all
	if len(all.Seen()) == 0 && len(all.Unseen()) > 0 {
		o.Verdict = Unknown
	}
}

// AllKnown reports whether there are findings, and all are of known causes.
func (o *Outcome) AllKnown() bool {
	return len(o.Findings) > 0 && !slices.ContainsFunc(o.Findings, func(c *Case) bool { return c.Known == nil })
}

// Undecided reports whether nothing can be said yet: there is nothing against the engine
// but what is known, and not all was explored and judged as planned, or not with the faults
// that somebody gave.
func (o *Outcome) Undecided() bool {
	return o.Verdict == Unknown || o.AllKnown() && (o.Cut != "" || o.Tally.Unknown > 0 || len(o.Unfired) > 0)
}

// Summary returns the outcome in one line.
func (o *Outcome) Summary() string {
	line := fmt.Sprintf("%s under %s: %s", o.Engine, o.Profile, o.Verdict)
	if o.Broken != "" {
		line += ": " + o.Broken
	}
	if n := len(o.Findings); n > 0 {
		line += fmt.Sprintf(", %d findings", n)
	}
	if o.AllKnown() {
		line += ", all known"
	}
	line += fmt.Sprintf("; %d of %d programs", o.Tally.Programs, o.Tally.Planned)
	if o.Cut != "" {
		line += " (" + o.Cut + ")"
	}
	line += fmt.Sprintf(", %d lives, %d distinct states, %d visited", o.Tally.Lives, o.Tally.Distinct, o.Tally.Visited)
	if n := o.Tally.ReadOnly; n > 0 {
		line += fmt.Sprintf(", %d of the distinct opened read-only", n)
	}
	if t := o.Tally.Faults; t.Tried > 0 {
		line += fmt.Sprintf("; %d faults tried, %d fired, %d surfaced, %d masked, with %d of the visited", t.Tried, t.Fired, t.Surfaced, t.Masked, t.Visited)
	}
	for _, u := range o.Unfired {
		line += "; " + u.String()
	}
	if o.NotTried != "" {
		line += "; " + o.NotTried
	}
	if o.NotSeen != "" {
		line += "; " + o.NotSeen
	}
	if len(o.Sensitivity) > 0 {
		line += "; " + o.Sensitivity.Count()
	}
	if o.CouldClaimDurable {
		line += "; it does not claim durable writes, yet no state lost one"
	}
	if o.WantsDir != "" {
		line += "; it does not make its directory"
	}
	if o.Coverage != nil {
		line += "; " + o.Coverage.Text()
	}
	return line
}
