package explain

import (
	"context"
	"time"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/internal/digest"
	"github.com/ackproof/ackproof/models"
)

// trials lets the engine recover from states of one failure's life and of
// lives that differ from it by syncs, once from each image. It counts what that
// costs, and ends when too much was spent. It is for one goroutine.
type trials struct {
	ctx        context.Context
	cause      evidence.Cause
	plan       crash.Plan
	recoveries host.Recoveries
	byImage    map[digest.Digest]*models.Recovered
	byKey      map[models.Digest]*models.Recovered
	// left is how many recoveries may follow, hangs how many that hang.
	left, hangs int
}

// The most that is spent on one case after its program has been shrunk.
const (
	recoveriesMax = 4000
	hangsMax      = 12
)

func newTrials(ctx context.Context, c evidence.Cause, plan crash.Plan, r host.Recoveries) *trials {
	return &trials{
		ctx: ctx, cause: c, plan: plan, recoveries: r,
		byImage: map[digest.Digest]*models.Recovered{}, byKey: map[models.Digest]*models.Recovered{},
		left: recoveriesMax, hangs: hangsMax,
	}
}

// spent reports whether nothing more may be tried: what did not fail so far may
// still do.
func (a *trials) spent() bool { return a.left <= 0 || a.hangs <= 0 || a.ctx.Err() != nil }

func (a *trials) recover(image *faultfs.Image) *models.Recovered {
	hash := image.Hash()
	if r := a.byImage[hash]; r != nil {
		return r
	}
	r := a.recoveries.Recover(image)
	a.left--
	if r.Hung() {
		a.hangs--
	}
	key := r.Key()
	if known := a.byKey[key]; known != nil {
		r = known
	}
	a.byImage[hash], a.byKey[key] = r, r
	return r
}

// adopt takes over what the same engine recovered to in other trials.
func (a *trials) adopt(other *trials) { a.byImage, a.byKey = other.byImage, other.byKey }

// verdict judges what the engine recovers from a state of the life.
func (a *trials) verdict(l *evidence.Life, state crash.State) (*models.Recovered, models.Verdict) {
	r := a.recover(host.Must(l.Image(state)))
	return r, l.Verdict(state.Point, r)
}

// failure returns how the engine fails to recover from a state of the life, nil if it
// does not.
func (a *trials) failure(l *evidence.Life, state crash.State) *evidence.Failure {
	r, v := a.verdict(l, state)
	if v.Outcome != models.Fail {
		return nil
	}
	return &evidence.Failure{Life: l, State: state, Recovered: r, Verdict: v}
}

// breaks reports whether a state of the life breaks the property.
func (a *trials) breaks(l *evidence.Life, state crash.State) bool {
	_, v := a.verdict(l, state)
	return broken(v, a.cause.Property)
}

// broken reports whether a verdict has a violation of the property, even if not the
// first.
func broken(v models.Verdict, p models.Property) bool {
	for _, violation := range v.Violations {
		if v.Outcome == models.Fail && violation.Property == p {
			return true
		}
	}
	return false
}

// walk visits the states of a life as far as the plan goes, and at each crash
// point that which loses the given effects, until each returns false. breaks says that
// the state breaks the property and loses something at the cause's places: those that
// break it for another cause are not this one's. It reports whether it came to its end.
func (a *trials) walk(l *evidence.Life, plan crash.Plan, lost []crash.EffectID, each func(point int, breaks bool) bool) bool {
	type judgement struct {
		recovered *models.Recovered
		at        evidence.Moment
	}
	space := l.Crashes()
	judged := map[judgement]bool{}
	judge := func(state crash.State, r *models.Recovered) bool {
		key := judgement{r, l.Moment(state.Point)}
		breaks, known := judged[key]
		if !known {
			breaks = broken(l.Verdict(state.Point, r), a.cause.Property)
			judged[key] = breaks
		}
		return breaks && l.LosesAt(state, a.cause)
	}
	for _, point := range space.Points() {
		state, ok := space.Losing(crash.State{Point: point}, lost)
		if a.spent() || ok && !each(point, judge(state, a.recover(host.Must(l.Image(state))))) {
			return false
		}
	}
	byState := map[digest.Digest]*models.Recovered{}
	for c := range space.Walk(plan) {
		r := byState[c.Key()]
		if r == nil {
			if a.spent() {
				return false
			}
			r = a.recover(host.Must(l.Image(c.State())))
			byState[c.Key()] = r
		}
		if !each(c.Point(), judge(c.State(), r)) {
			return false
		}
	}
	return true
}

// shortPlan is a plan for what is visited often: a part of the finding's.
func (a *trials) shortPlan() crash.Plan {
	plan := a.plan.Resolved()
	for i, most := range map[crash.Stage]int{
		crash.StagePrefix: 64, crash.StagePartial: 64, crash.StageOmit: 64,
		crash.StageFew: 256, crash.StageSample: 8,
	} {
		plan.Max[i] = min(plan.Max[i], most)
	}
	return plan
}

// shrinkHangLimit is how long an engine that hangs gets while its failure
// is made small: a part of what it gets when that is confirmed.
func shrinkHangLimit(limit time.Duration) time.Duration {
	return min(limit, max(limit/100, 100*time.Millisecond))
}

// ConfirmHangLimit is how long an engine that hung for the whole limit gets when that is
// confirmed: nobody waits for the whole limit twice.
func ConfirmHangLimit(limit time.Duration) time.Duration { return max(limit/4, shrinkHangLimit(limit)) }
