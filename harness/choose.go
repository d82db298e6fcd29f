package harness

import (
	"iter"
	"slices"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
)

// The most states of each program that represent new classes; the more programs there are,
// the sooner all had their turn.
const (
	representedMax        = 24
	representedFaultedMax = 4
)

// lifeState is a state of one of a program's lives.
type lifeState struct {
	life *evidence.Life
	ref  crash.Ref
}

// choose chooses the states that a round of representatives visits of a recording.
func (x *exploration) choose(r *Recording) {
	own, states := x.classesOf(r)
	most := representedMax
	if x.faulted {
		most = representedFaultedMax
	}
	x.chosen = map[*evidence.Life][]crash.Ref{}
	for _, i := range x.classes.add(x.index, own, most) {
		x.chooseState(states[i])
	}
	for _, s := range x.ends(r) {
		x.chooseState(s)
	}
}

func (x *exploration) chooseState(s lifeState) {
	if !slices.Contains(x.chosen[s.life], s.ref) {
		x.chosen[s.life] = append(x.chosen[s.life], s.ref)
	}
}

// classesOf returns the classes of a recording's states, and the first state of each.
func (x *exploration) classesOf(r *Recording) (own []evidence.Class, first []lifeState) {
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
				own, first = append(own, class), append(first, lifeState{life, c.Ref()})
			}
		}
	}
	return own, first
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

// states yields the states of a life that the round visits.
func (x *exploration) states(v *visit) iter.Seq[crash.Candidate] {
	if x.round.represents {
		return v.life.Crashes().Named(v.plan, x.chosen[v.life])
	}
	return v.life.Crashes().Walk(v.plan)
}
