package harness

import (
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
)

// The most states of each program that represent new classes; the more programs there are,
// the sooner all had their turn.
const (
	representedMax        = 24
	representedFaultedMax = 4
)

// choose chooses the states that a round of representatives visits of a recording.
func (x *exploration) choose(r *Recording) {
	x.chosen = map[lifeState]bool{}
	var states []lifeState
	var own []evidence.Class
	met := map[evidence.Class]bool{}
	for _, life := range r.Lives {
		if x.isShared(life) {
			continue
		}
		shared, classifier := x.sharedUntil(life), life.Classifier()
		for c := range life.Crashes().Walk(x.round.at(1)) {
			if c.Point() <= shared {
				continue
			}
			if class := classifier.Of(c.Stage(), c.State()); !met[class] {
				met[class] = true
				own, states = append(own, class), append(states, lifeState{life, c.Ref()})
			}
		}
	}
	most := representedMax
	if x.faulted {
		most = representedFaultedMax
	}
	for _, i := range x.classes.add(x.index, own, most) {
		x.chosen[states[i]] = true
	}
	for _, s := range x.ends(r) {
		x.chosen[s] = true
	}
}

// ends returns the states of a recording's last life that lose nothing, and all that they
// can, at its end: each program has these, as what it does may matter more than where.
func (x *exploration) ends(r *Recording) (out []lifeState) {
	if x.faulted || len(r.Lives) == 0 {
		return nil
	}
	life := r.Lives[len(r.Lives)-1]
	end := x.round.at(1)
	end.PointsMax = 1
	for c := range life.Crashes().Walk(end) {
		if c.Stage() != crash.StagePrefix || len(out) == 2 {
			break
		}
		out = append(out, lifeState{life, c.Ref()})
	}
	return out
}

// skips reports whether the round leaves a state to later ones.
func (x *exploration) skips(l *evidence.Life, c crash.Candidate) bool {
	return x.round.represents && !x.chosen[lifeState{l, c.Ref()}]
}
