package harness

import (
	"strings"
	"time"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/internal/digest"
	"github.com/ackproof/ackproof/models"
)

// attempts lets the engine recover from states of one failure's life and of
// lives that differ from it by syncs, once from each image. It counts what that
// costs, and ends when too much was spent. It is for one goroutine.
type attempts struct {
	property  models.Property
	config    Config
	recoverer *recoverer
	byImage   map[digest.Digest]*models.Recovered
	byKey     map[models.Digest]*models.Recovered
	// left is how many recoveries may follow, hangs how many that hang.
	left, hangs int
}

// The most that is spent on one finding after its program has been shrunk.
const (
	recoveriesMax = 4000
	hangsMax      = 12
)

func newAttempts(p models.Property, c Config, r *recoverer) *attempts {
	return &attempts{
		property: p, config: c, recoverer: r,
		byImage: map[digest.Digest]*models.Recovered{}, byKey: map[models.Digest]*models.Recovered{},
		left: recoveriesMax, hangs: hangsMax,
	}
}

// spent tells that nothing more may be tried, so that what was not seen to fail
// may still do.
func (a *attempts) spent() bool { return a.left <= 0 || a.hangs <= 0 }

// recover returns what the engine recovers from the image.
func (a *attempts) recover(image *faultfs.Image) *models.Recovered {
	hash := image.Hash()
	if r := a.byImage[hash]; r != nil {
		return r
	}
	r := a.recoverer.recover(image)
	a.left--
	if hung(r) {
		a.hangs--
	}
	key := r.Key()
	if known := a.byKey[key]; known != nil {
		r = known
	}
	a.byImage[hash], a.byKey[key] = r, r
	return r
}

// adopt takes over what others saw the same engine recover to.
func (a *attempts) adopt(other *attempts) { a.byImage, a.byKey = other.byImage, other.byKey }

func hung(r *models.Recovered) bool {
	return r != nil && r.Failure != nil && r.Failure.Manner == "hang"
}

// verdict judges what the engine recovers from a state of the life.
func (a *attempts) verdict(l *Life, state crash.State) (*models.Recovered, models.Verdict) {
	r := a.recover(l.image(a.config.Profile, state))
	return r, l.Verdict(state.Point, r)
}

// breaks tells whether a state of the life breaks the property.
func (a *attempts) breaks(l *Life, state crash.State) bool {
	_, v := a.verdict(l, state)
	return broken(v, a.property)
}

// broken tells whether a verdict has a violation of the property, be it not the
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
// point that which loses the given effects, until each returns false. It tells
// whether it came to its end.
func (a *attempts) walk(l *Life, plan crash.Plan, lost []EffectID, each func(point int, breaks bool) bool) bool {
	type judgedKey struct {
		recovered *models.Recovered
		position  models.Position
		earlier   bool
	}
	space := l.spaceUnder(a.config.Profile)
	judged := map[judgedKey]bool{}
	judge := func(point int, r *models.Recovered) bool {
		key := judgedKey{r, l.position(point), l.inRecovery(point)}
		breaks, known := judged[key]
		if !known {
			breaks = broken(l.Verdict(point, r), a.property)
			judged[key] = breaks
		}
		return breaks
	}
	for _, point := range space.Points() {
		state, ok := space.Losing(crash.State{Point: point}, lost)
		if a.spent() || ok && !each(point, judge(point, a.recover(l.image(a.config.Profile, state)))) {
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
			r = a.recover(l.image(a.config.Profile, c.State()))
			byState[c.Key()] = r
		}
		if !each(c.Point(), judge(c.Point(), r)) {
			return false
		}
	}
	return true
}

// shortPlan is a plan for what is visited often: a part of the finding's.
func (a *attempts) shortPlan() crash.Plan {
	plan := a.config.Plan.Resolved()
	for i, most := range map[crash.Stage]int{
		crash.StagePrefix: 64, crash.StagePartial: 64, crash.StageOmit: 64,
		crash.StageFew: 256, crash.StageSample: 8,
	} {
		plan.Max[i] = min(plan.Max[i], most)
	}
	return plan
}

// hastyLimit is how long an engine that was seen to hang gets while its failure
// is made small: a part of what it gets when that is confirmed.
func hastyLimit(limit time.Duration) time.Duration {
	return min(limit, max(limit/100, 100*time.Millisecond))
}

// hangs tells whether the failure is a hang, of a recovery or of a call.
func (f *Failure) hangs() bool {
	if hung(f.Recovered) {
		return true
	}
	for _, c := range f.Life.Calls {
		if f.Live && (strings.HasPrefix(c.Result.Err, "hang: ") || hung(c.Result.Recovered)) {
			return true
		}
	}
	return false
}
