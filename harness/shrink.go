package harness

import (
	"context"
	"time"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/explain"
)

// shrink makes the findings small that are not yet, and explains them, in turn: each
// gets an equal share of a part of the time that is left.
func (v *verification) shrink(part time.Duration) error {
	if v.config.NoShrink {
		return nil
	}
	var open []*finding
	for _, f := range v.findings.all {
		if f.Confirmed && f.Case.Known == nil && !f.explained {
			open = append(open, f)
		}
	}
	if len(open) > 0 {
		v.config.Progress.shrinking()
	}
	for i, f := range open {
		if err := v.shrinkOne(f, part*time.Duration(len(open)-i)); err != nil {
			return err
		}
	}
	return nil
}

// shrinkOne makes one finding small, in one of that many parts of the time that is left.
func (v *verification) shrinkOne(f *finding, parts time.Duration) error {
	ctx, cancel := v.ctx, context.CancelFunc(func() {})
	if deadline, ok := ctx.Deadline(); ok {
		ctx, cancel = context.WithTimeout(ctx, time.Until(deadline)/parts)
	}
	defer cancel()
	seed := v.config.Seed.For(f.Found)
	err := explain.Case(ctx, f.Case, explain.Options{
		Host: v.host, HangAfter: v.config.HangAfter, Plan: v.config.Plan, Depth: v.config.Depth,
		Reproduce: func(ctx context.Context, t explain.Trial) (*evidence.Failure, int) {
			return v.reproduce(ctx, t, f.Life.Profile, seed)
		},
	})
	f.explained = f.Unfinished == ""
	return err
}

// reproduce runs a trial's program under a profile, with stacks, explores it or corrupts what it
// leaves, and returns a failure of its cause, nil if there is none, and how many states were visited.
func (v *verification) reproduce(ctx context.Context, t explain.Trial, p crash.Profile, seed Seed) (*evidence.Failure, int) {
	config := v.config
	config.Depth, config.Profile = t.Depth, p
	whole := round{plan: config.Plan.Resolved(), secondLives: config.SecondLives}
	x := newExploration(ctx, t.Host, config, whole.of(t.Program), newCache())
	x.store, x.stacks, x.target, x.statesMax = v.store, true, &t.Cause, t.StatesMax
	x.amend, x.openingKills = v.amend, v.openingKills
	x.named.Program = t.Program
	var err error
	if t.Damage != "" {
		err = x.inTime(func() { x.hitDamaged(t) })
		x.recoveries.Close()
	} else {
		_, err = x.program(nil, seed)
	}
	if err != nil {
		return nil, x.tally.Visited
	}
	return x.hit, x.tally.Visited
}
