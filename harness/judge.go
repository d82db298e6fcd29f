package harness

import (
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
)

// judge judges a recovery from a state, unless that was done at the same moment, counts
// it, and finds the cause of a failure.
func (x *exploration) judge(v *visit, s crashState, r *cachedRecovery) {
	x.tally.Visited++
	v.byStage[s.stage]++
	at := v.pointAt(s.point)
	at.visited++
	key := judgement{r.id, at.moment}
	failed, known := v.judged[key]
	if !known {
		failed = x.evaluate(v, s, r)
		v.judged[key] = failed
		x.tally.Judged++
	}
	if failed == nil {
		return
	}
	x.tally.Failing++
	if state := (failedState{s.key, at.moment}); !v.attributed[state] {
		v.attributed[state] = true
		x.attribute(&evidence.Failure{Life: v.life, State: v.life.Crashes().StateOf(v.plan, s.ref), Recovered: r.Recovered, Verdict: *failed})
	}
}

// evaluate judges a recovery and returns the verdict if it is a failure.
func (x *exploration) evaluate(v *visit, s crashState, r *cachedRecovery) *models.Verdict {
	verdict := v.life.Verdict(s.point, r.Recovered)
	switch verdict.Outcome {
	case models.Fail:
		return &verdict
	case models.Pass:
		x.checkUnclaimed(v.life, s.point, r.Recovered)
		if !v.represented[r.id] {
			v.represented[r.id] = true
			v.representatives = append(v.representatives, s.ref)
		}
	default:
		x.tally.Unknown++
	}
	return nil
}

// checkUnclaimed notes whether an engine that claims no durable writes lost one.
func (x *exploration) checkUnclaimed(l *evidence.Life, time int, r *models.Recovered) {
	if x.lost {
		return
	}
	if tested, kept := l.KeepsUnclaimed(time, r); tested {
		x.kept++
		x.lost = !kept
	}
}
