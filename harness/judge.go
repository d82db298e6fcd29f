package harness

import (
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/models"
)

// judge judges a recovery, notes a failure, and tells whether it is one.
func (x *exploration) judge(v *visit, c *faultfs.Candidate, r *recovery) bool {
	verdict := v.life.Verdict(c.Point(), r.Recovered)
	if verdict.Outcome == models.Pass {
		x.modesty(v.life, c.Point(), r.Recovered)
		if !v.represent[r.id] {
			v.represent[r.id] = true
			v.reps = append(v.reps, representative{c.State(), r.Recovered})
		}
		return false
	}
	x.fail(&Failure{Life: v.life, State: c.State(), Recovered: r.Recovered, Verdict: verdict})
	return verdict.Outcome == models.Fail
}

// modesty checks what an engine that claims no durable writes would have shown
// if it did.
func (x *exploration) modesty(l *Life, time int, r *models.Recovered) {
	if x.lost || l.Parent != nil || l.contract.WriteDurable || l.contract.Volatile {
		return
	}
	if l.strict == nil {
		strict := l.contract
		strict.WriteDurable = true
		l.strict = models.NewChecker(strict, l.From, l.Calls)
	}
	p := l.strict.Position(time - 1)
	if l.strict.Exercised(p).Has(models.AckedDurable) {
		x.kept++
		x.lost = l.strict.Check(p, r).Outcome != models.Pass
	}
}

// fail notes a failure if it is the first of its property, and a verdict that
// could not be reached.
func (x *exploration) fail(f *Failure) {
	f.visited = x.tally.Visited
	if f.Verdict.Outcome == models.Unknown {
		x.tally.Unknown++
		return
	}
	if p := f.Property(); !x.failing[p] {
		x.failing[p] = true
		x.failures = append(x.failures, f)
	}
}
