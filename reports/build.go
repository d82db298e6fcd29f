package reports

import (
	"slices"
	"strings"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
)

// New returns the result in plain values.
func New(r Result) Report {
	out := Report{
		Version: Version,
		Engine:  r.Engine, Profile: r.Profile, Handover: newHandover(r.Handover), Seed: uint64(r.Seed), Verdict: r.Verdict,
		Claims: append([]string{}, r.Claims...), Durability: r.Durability, Without: r.Without, Planted: string(r.Planted), AsExpected: r.AsExpected,
		CouldClaimDurable: r.CouldClaimDurable, Cut: r.Cut, Broken: r.Broken, NotSeen: r.NotSeen, WantsDir: r.WantsDir, Seconds: r.Took.Seconds(),
		Basis:    r.Basis(),
		Programs: Programs{Explored: r.Tally.Programs, Planned: r.Tally.Planned, Lives: r.Tally.Lives},
		States:   states(r.Tally), RecoveryCoverage: recoveryCoverage(r.Coverage),
		Properties: []Property{}, Findings: []Finding{},
	}
	for _, s := range r.Sensitivity {
		out.Sensitivity = append(out.Sensitivity, Sabotage{string(s.Kind), s.At, string(s.Broken), s.States, s.Cut})
	}
	if t := r.Tally.Faults; t.Tried > 0 {
		const listedMax = 1000
		out.Faults = &Faults{
			Tried: t.Tried, Fired: t.Fired, Surfaced: t.Surfaced, Masked: t.Masked, Visited: t.Visited,
			NotFired: r.NotFired[:min(len(r.NotFired), listedMax)], NotTried: r.NotTried,
		}
	}
	for _, w := range r.Documented {
		out.Weaknesses = append(out.Weaknesses, Weakness{w.Sentence, w.Signature, w.In(r.Findings) + 1})
	}
	for _, u := range r.Unfired {
		out.Unfired = append(out.Unfired, Unfired(u))
	}
	for _, p := range r.Properties {
		out.Properties = append(out.Properties, Property{
			ID: string(p.ID), Claimed: p.Verdict != evidence.NotClaimed, Verdict: p.Verdict, States: p.States,
		})
	}
	for _, k := range r.UnseenKnown {
		out.UnseenKnown = append(out.UnseenKnown, k.String())
	}
	for i, f := range r.Findings {
		finding := NewFinding(f)
		if p := f.Life.Profile.Name; p != out.Profile {
			finding.Profile = p
		}
		if i < len(r.Bundles) {
			finding.Bundle = r.Bundles[i]
		}
		out.Findings = append(out.Findings, finding)
	}
	return out
}

func states(t evidence.Tally) States {
	out := States{
		Visited: t.Visited, Points: t.Points, Effects: t.Effects, EffectsLost: t.EffectsLost, Distinct: t.Distinct, ReadOnly: t.ReadOnly, Judged: t.Judged, Failing: t.Failing, Unknown: t.Unknown,
		InRecovery: t.InRecovery, ByDepth: slices.Clone(t.ByDepth[1:]), ByStage: []Stage{},
	}
	for _, stage := range crash.Stages() {
		s := t.ByStage[stage]
		out.ByStage = append(out.ByStage, Stage{stage.String(), s.Visited, s.Planned, s.Total})
	}
	return out
}

// ClaimText returns the claims, and the operations that are not offered, in a line.
func (r Report) ClaimText() string {
	text := strings.Join(r.Claims, ", ")
	if len(r.Without) > 0 {
		text += "; without " + strings.Join(r.Without, ", ")
	}
	return strings.TrimPrefix(text, "; ")
}
