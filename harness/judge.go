package harness

import (
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
)

// judge judges a recovery from a state, unless that was done at the same moment, counts
// it, and finds the cause of a failure.
func (x *exploration) judge(v *visit, s *crashState, r *cachedRecovery) {
	x.tally.Visited++
	v.byStage[s.stage]++
	at := v.pointAt(s.point)
	at.visited++
	key := judgement{r.id, at.moment}
	result, known := v.judged[key]
	if !known {
		result = x.evaluate(v, s, r)
		v.judged[key] = result
		x.tally.Judged++
	}
	if result.legal {
		x.represent(v, s, r.id)
	}
	if result.failed == nil {
		return
	}
	x.tally.Failing++
	if state := (failedState{s.key, at.moment}); !v.attributed[state] {
		v.attributed[state] = true
		x.attribute(&evidence.Failure{Life: v.life, State: v.life.Crashes().StateOf(v.plan, s.ref), Recovered: r.Recovered, Verdict: *result.failed})
	}
}

// evaluate judges a recovery.
func (x *exploration) evaluate(v *visit, s *crashState, r *cachedRecovery) judged {
	verdict := v.life.Verdict(s.point, r.Recovered)
	switch verdict.Outcome {
	case models.Fail:
		return judged{failed: &verdict}
	case models.Pass:
		x.checkUnclaimed(v.life, s.point, r.Recovered)
		return judged{legal: true}
	}
	x.tally.Unknown++
	return judged{}
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
