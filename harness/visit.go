package harness

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/internal/digest"
	"github.com/ackproof/ackproof/models"
)

// visit is what the walk over one life keeps.
type visit struct {
	life  *evidence.Life
	plan  crash.Plan
	depth int
	// shared is the last crash point that another life has too, which is explored with it;
	// -1 if there is none.
	shared  int
	byState map[digest.Digest]recovery // what is to be known of a state that waits
	judged  map[judgement]judged
	// attributed are the failing states whose cause is known.
	attributed map[failedState]bool
	points     map[int]*pointVisit
	current    *pointVisit         // of the state that was judged last
	byStage    map[crash.Stage]int // visited states
	times      []int               // of the crash points, nil until they are asked for
	// representatives are the first states of each kind whose recovery was legal.
	representatives []representative
	represented     map[representedKind]bool
}

// representative is a state from which a next life may begin.
type representative struct {
	ref crash.Ref
	representedKind
}

// representedKind is what representatives differ in: what came back, and what the crash
// left over in the files, which what came back need not show. An engine may build upon
// that in its next life.
type representedKind struct {
	recovery int32
	left     faultfs.Leftover
}

// judgement is a recovery and the moment that it was judged at.
type judgement struct {
	recovery int32
	at       evidence.Moment
}

// judged is what a judgement said.
type judged struct {
	failed *models.Verdict // nil if it did not fail
	legal  bool            // it neither failed nor was given up
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
	inRecovery bool // of a crash before
	opening    bool // as any open
	visited    int
	// kept and lost are the images at which nothing is lost, and everything. home are the
	// names that no crash left over. All are nil until they are asked for.
	kept, lost *faultfs.Image
	home       map[string]bool
}

// newVisit begins the walk over a life.
func (x *exploration) newVisit(l *evidence.Life, depth int) *visit {
	v := &visit{
		life: l, plan: x.round.at(depth), depth: depth, shared: x.sharedUntil(l),
		byState: map[digest.Digest]recovery{}, judged: map[judgement]judged{}, attributed: map[failedState]bool{},
		points: map[int]*pointVisit{}, byStage: map[crash.Stage]int{}, represented: map[representedKind]bool{},
	}
	for _, c := range l.Crashes().Coverage(v.plan) {
		s := x.tally.ByStage[c.Stage]
		s.Planned, s.Total = s.Planned+c.Planned, s.Total+c.Total
		x.tally.ByStage[c.Stage] = s
	}
	return v
}

// sharedUntil returns the last crash point that a life has in common with the one that it
// resumes, or, up to the first fault, with that of the program without the fault; -1 if
// there is none.
func (x *exploration) sharedUntil(l *evidence.Life) int {
	if x.faulted && l.ResumedFrom == nil && !firedBefore(l) {
		if first, ok := l.FirstFault(); ok && first > 0 {
			return first
		}
	}
	if l.ResumedAt > 0 {
		return l.ResumedAt
	}
	return -1
}

// isShared reports whether all of a life is that of the program without the fault: the fault
// fires in a later one.
func (x *exploration) isShared(l *evidence.Life) bool {
	fired, _ := l.Fired()
	return x.faulted && !fired && !firedBefore(l)
}

// firedBefore reports whether a fault fired in a life before this one.
func firedBefore(l *evidence.Life) bool {
	for p := l.Parent; p != nil; p = p.Parent {
		if fired, _ := p.Fired(); fired {
			return true
		}
	}
	return false
}

// pointAt returns the visit's part for a crash point.
func (v *visit) pointAt(time int) *pointVisit {
	if v.current != nil && v.current.time == time {
		return v.current
	}
	p := v.points[time]
	if p == nil {
		p = &pointVisit{time: time, moment: v.life.Moment(time), inRecovery: v.life.InRecovery(time), opening: v.life.InOpening(time)}
		v.points[time] = p
	}
	v.current = p
	return p
}

// count adds what the walk put to the test.
func (x *exploration) count(v *visit) {
	var points []int
	for _, at := range v.points {
		if at.visited == 0 {
			continue // the walk was ahead of the judge when the run ended
		}
		points = append(points, at.time)
		for p := range v.life.Exercised(at.time).All() {
			x.tally.Evidence[p] += at.visited
		}
		if at.inRecovery {
			x.tally.InRecovery += at.visited
		}
		x.tally.ByDepth[v.depth] += at.visited
	}
	slices.Sort(points)
	lost, all := v.life.Crashes().LostAt(points, v.shared)
	x.tally.Points += len(points)
	x.tally.Effects, x.tally.EffectsLost = x.tally.Effects+all, x.tally.EffectsLost+lost
	for _, stage := range crash.Stages() {
		s := x.tally.ByStage[stage]
		s.Visited += v.byStage[stage]
		x.tally.ByStage[stage] = s
	}
}
