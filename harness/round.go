package harness

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/scenarios"
)

// round is one pass over all programs. Rounds grow, so that each program's likeliest
// states are visited before any program is gone through in depth.
type round struct {
	plan        crash.Plan
	secondLives int
	// represents says that it visits, of each program, only states of classes that no state
	// before was of, and a few besides.
	represents bool
	// planned says that it is the last one of its programs: what the run plans.
	planned bool
	// corrupts says that what the programs leave is corrupted after it.
	corrupts bool
	// faulted says that it is of the programs with a fault each, and not of the others.
	faulted bool
	// bredFrom is the first program of a round of mutants, 0 for one of all.
	bredFrom int
}

// rounds returns the rounds of a run: representatives, of the programs with a fault each too;
// a few states of each program, torn and omitted writes among them, as those are what engines
// fail at most; the likeliest at each crash point, the programs with a fault each, a sixteenth
// of the plan, and the plan. Representatives are states of later rounds: only the order is theirs.
func (c Config) rounds(faulted bool) []round {
	whole := c.Plan.Resolved()
	likeliest := whole
	for stage := range likeliest.Max {
		likeliest.Max[stage] = -1
	}
	likeliest.Max[crash.StagePrefix] = min(2, whole.Max[crash.StagePrefix])
	first := likeliest
	first.PointsMax = 4
	first.Max[crash.StagePartial] = min(2, whole.Max[crash.StagePartial])
	first.Max[crash.StageOmit] = min(2, whole.Max[crash.StageOmit])
	few := likeliest
	if c.Faults == FaultsShare {
		few.PointsMax = faultedPointsMax
	}
	// Lives after a crash are recorded anew in each round, so few of them go into those
	// before the last, and a small plan has no round before it.
	last := []round{{plan: whole, secondLives: c.SecondLives, planned: true}}
	if most := whole.Max[crash.StageFew]; most > crash.DefaultPlan().Max[crash.StageFew]/4 {
		last = append([]round{{plan: fraction(whole, 16), secondLives: min(2, c.SecondLives)}}, last...)
	}
	out := []round{{plan: last[0].plan, represents: true}}
	if faulted && c.Faults == FaultsShare { // a sweep of all has too many to record them twice
		out = append(out, round{plan: few, represents: true, faulted: true})
	}
	out = append(out, round{plan: first, corrupts: true}, round{plan: likeliest, secondLives: min(2, c.SecondLives)})
	if faulted {
		out = append(out, round{plan: few, secondLives: min(1, c.SecondLives), planned: true, faulted: true})
	}
	return append(out, last...)
}

// faultedPointsMax is at how many points each program with a fault crashes in a run that
// tries a share of the faults.
const faultedPointsMax = 8

// A program is heavy if it writes more than heavyBytes, counting entryBytes for each
// entry beside its payload. Each state of it costs that much more, so fewer are visited.
const (
	heavyBytes     = 96 << 10
	shareBytes     = 12 << 10
	entryBytes     = 48
	heavyPointsMax = 24
)

// of returns the round as it is for a program: a heavy one has a part of the plan, at
// fewer crash points, and few lives after a crash.
func (r round) of(p scenarios.Program) round {
	entries, written := p.Written()
	if written += entryBytes * entries; written > heavyBytes {
		r.plan = fraction(r.plan, written/shareBytes)
		r.plan.PointsMax = min(heavyPointsMax, cmp.Or(r.plan.PointsMax, heavyPointsMax))
		r.secondLives = min(2, r.secondLives)
	}
	return r
}

// at returns the plan for the crashes that are the depth-th in a row: the deeper, the
// fewer states of each life, though always what is likeliest.
func (r round) at(depth int) crash.Plan {
	plan := r.plan
	for stage := range plan.Max {
		deeper := plan.Max[stage] >> (2 * (depth - 1))
		if crash.Stage(stage) == crash.StagePrefix {
			deeper = max(deeper, min(2, plan.Max[stage]))
		}
		if deeper == 0 {
			deeper = -1
		}
		plan.Max[stage] = deeper
	}
	return plan
}

// Planned says what a run with this configuration explores if nothing cuts it short.
func (c Config) Planned(k *subject.Kind) string {
	c = c.resolved()
	var stages []string
	plan := c.Plan.Resolved()
	for _, stage := range crash.Stages() {
		if most := plan.Max[stage]; most > 0 {
			stages = append(stages, fmt.Sprintf("%s %d", stage, most))
		}
	}
	out := fmt.Sprintf("programs=%d depth=%d second-lives=%d, states at each crash point: %s",
		c.programsPlanned(k.Language), c.Depth, c.SecondLives, strings.Join(stages, ", "))
	if c.Faults != FaultsNone {
		out += "; and a program for each fault, of " + string(c.Faults)
		if c.Faults == FaultsShare && c.FaultsEvery > 1 {
			out += fmt.Sprintf(", of which each %dth is tried", c.FaultsEvery)
		}
	}
	return out
}
