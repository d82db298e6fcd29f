package harness

import (
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/internal/digest"
	"github.com/ackproof/ackproof/models"
)

// visit is what the walk over one life keeps.
type visit struct {
	life     *evidence.Life
	plan     crash.Plan
	depth    int
	previews int                               // under way
	byState  map[digest.Digest]*cachedRecovery // nil for a state that waits
	judged   map[judgement]*models.Verdict     // nil if it did not fail
	// attributed are the failing states whose cause is known.
	attributed map[failedState]bool
	points     map[int]*pointVisit
	current    *pointVisit         // of the state that was judged last
	byStage    map[crash.Stage]int // visited states
	// representatives are the first states from which an engine came to each legal
	// recovery, those that are in represented.
	representatives []crash.Ref
	represented     map[int32]bool
}

// judgement is a recovery and the moment that it was judged at.
type judgement struct {
	recovery int32
	at       evidence.Moment
}

// failedState is a failing state and the moment that it was judged at.
type failedState struct {
	key digest.Digest
	at  evidence.Moment
}

// pointVisit is what a walk keeps of one crash point.
type pointVisit struct {
	time       int
	moment     evidence.Moment
	inRecovery bool
	visited    int
}

// newVisit begins the walk over a life.
func (x *exploration) newVisit(l *evidence.Life, depth int) *visit {
	v := &visit{
		life: l, plan: x.round.at(depth), depth: depth,
		byState: map[digest.Digest]*cachedRecovery{}, judged: map[judgement]*models.Verdict{}, attributed: map[failedState]bool{},
		points: map[int]*pointVisit{}, byStage: map[crash.Stage]int{}, represented: map[int32]bool{},
	}
	for _, c := range l.Crashes().Coverage(v.plan) {
		s := x.tally.ByStage[c.Stage]
		s.Planned, s.Total = s.Planned+c.Planned, s.Total+c.Total
		x.tally.ByStage[c.Stage] = s
	}
	return v
}

// pointAt returns the visit's part for a crash point.
func (v *visit) pointAt(time int) *pointVisit {
	if v.current != nil && v.current.time == time {
		return v.current
	}
	p := v.points[time]
	if p == nil {
		p = &pointVisit{time: time, moment: v.life.Moment(time), inRecovery: v.life.InRecovery(time)}
		v.points[time] = p
	}
	v.current = p
	return p
}

// count adds what the walk put to the test.
func (x *exploration) count(v *visit) {
	for _, at := range v.points {
		for p := range v.life.Exercised(at.time).All() {
			x.tally.Evidence[p] += at.visited
		}
		if at.inRecovery {
			x.tally.InRecovery += at.visited
		}
		x.tally.ByDepth[v.depth] += at.visited
	}
	for _, stage := range crash.Stages() {
		s := x.tally.ByStage[stage]
		s.Visited += v.byStage[stage]
		x.tally.ByStage[stage] = s
	}
}
