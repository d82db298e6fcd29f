package harness

import (
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
)

// judge judges a recovery from a state, unless that was done at the same moment, and
// counts it.
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
	if failed {
		x.tally.Failing++
	}
}

// evaluate judges a recovery, notes a failure, and reports whether it is one.
func (x *exploration) evaluate(v *visit, s crashState, r *cachedRecovery) bool {
	verdict := v.life.Verdict(s.point, r.Recovered)
	if verdict.Outcome == models.Pass {
		x.checkUnclaimed(v.life, s.point, r.Recovered)
		if !v.represented[r.id] {
			v.represented[r.id] = true
			v.representatives = append(v.representatives, s.ref)
		}
		return false
	}
	f := &evidence.Failure{Life: v.life, Recovered: r.Recovered, Verdict: verdict}
	if x.fail(f) {
		f.State = v.life.Crashes().StateOf(v.plan, s.ref)
	}
	return verdict.Outcome == models.Fail
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
