package harness

import "github.com/ackproof/ackproof/models"

// judge judges a recovery, notes a failure, and tells whether it is one.
func (x *exploration) judge(v *visit, w waiting, r *recovery) bool {
	verdict := v.life.Verdict(w.point, r.Recovered)
	if verdict.Outcome == models.Pass {
		x.modesty(v.life, w.point, r.Recovered)
		if !v.represent[r.id] {
			v.represent[r.id] = true
			v.reps = append(v.reps, w.ref)
		}
		return false
	}
	f := &Failure{Life: v.life, Recovered: r.Recovered, Verdict: verdict}
	if x.fail(f) {
		f.State = v.space.StateOf(v.plan, w.ref)
	}
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
// could not be reached. It tells whether it keeps f.
func (x *exploration) fail(f *Failure) bool {
	f.visited = x.tally.Visited
	if f.Verdict.Outcome == models.Unknown {
		x.tally.Unknown++
		return false
	}
	p := f.Property()
	if x.failing[p] {
		return false
	}
	x.failing[p] = true
	x.failures = append(x.failures, f)
	return true
}
