package harness

import (
	"cmp"
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

// representing is a state of one of a program's lives that represents its class.
type representing struct {
	life  *evidence.Life
	ref   crash.Ref
	class evidence.Class
	sites int // that it loses effects of
}

// choose chooses the states that a round of representatives visits of a recording.
func (x *exploration) choose(r *Recording) {
	x.chosen = map[*evidence.Life][]crash.Ref{}
	all := x.firstOfClasses(r)
	var own []evidence.Class
	for _, s := range all {
		own = append(own, s.class)
	}
	most := representedMax
	if x.faulted {
		most = representedFaultedMax
	}
	for _, i := range x.classes.add(x.index, own, most) {
		x.chosen[all[i].life] = append(x.chosen[all[i].life], all[i].ref)
	}
	x.chooseEnds(r)
}

// firstOfClasses returns the first state of each class that a recording has. Those that lose
// effects of few sites come first: of two states that show one bug, they explain it better.
func (x *exploration) firstOfClasses(r *Recording) (out []representing) {
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
			if class, sites := classifier.Of(c.Stage(), c.State()); !met[class] {
				met[class] = true
				out = append(out, representing{life, c.Ref(), class, sites})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b representing) int { return cmp.Compare(a.sites, b.sites) })
	return out
}

// chooseEnds chooses the states of a recording's last life that lose nothing, and all that
// they can, at its end: each program has these, as what it does may matter more than where.
func (x *exploration) chooseEnds(r *Recording) {
	if x.faulted || len(r.Lives) == 0 {
		return
	}
	life := r.Lives[len(r.Lives)-1]
	end := x.round.at(1)
	end.PointsMax = 1
	end.Max[crash.StagePrefix] = min(2, end.Max[crash.StagePrefix])
	for c := range life.Crashes().Walk(end) {
		if c.Stage() != crash.StagePrefix {
			return
		}
		if !slices.Contains(x.chosen[life], c.Ref()) {
			x.chosen[life] = append(x.chosen[life], c.Ref())
		}
	}
}

// states yields the states of a life that the round visits.
func (x *exploration) states(v *visit) iter.Seq[crash.Candidate] {
	if x.round.represents {
		return v.life.Crashes().Named(v.plan, x.chosen[v.life])
	}
	return v.life.Crashes().Walk(v.plan)
}
