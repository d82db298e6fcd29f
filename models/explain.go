package models

import "fmt"

// explain returns what is wrong with r, an illegal recovery of s, the violation
// closest to the cause first: of the log, of the hard state, of the order of the
// two, and of what was tried after reading.
func (m spec) explain(s *specState, r *Recovered, c *Call) []Violation {
	if f := r.Failure; f != nil && (f.Phase == PhaseOpen || f.Phase == PhaseRead) {
		return broken(OpensAfterCrash, nil, "%s after %s failed: %s", f.Phase, restartText(c), f)
	}
	x := diagnosis{search: m.search(s, &r.View, c), restart: restartText(c)}
	out := x.log()
	out = append(out, x.hardState()...)
	if len(out) == 0 || out[0].Property == HardStateDurable {
		out = append(out, x.order()...)
	}
	out = append(out, m.afterwards(r)...)
	if len(out) == 0 {
		panic("models: explaining a legal recovery")
	}
	return out
}

func restartText(c *Call) string {
	switch {
	case c.isCleanReopen():
		return "the clean reopen"
	case c.Op.Kind == Reopen:
		return "the reopen after a fault"
	}
	return "the crash"
}

// afterwards judges what came after the first read.
func (m spec) afterwards(r *Recovered) []Violation {
	if f := r.Failure; f != nil {
		p := LiveAfterRecovery
		if f.Phase == PhaseReopen || f.Phase == PhaseReread {
			p = RecoveryIdempotent
		}
		return broken(p, nil, "%s failed, after all had been read: %s", f.Phase, f)
	}
	if m.repeats(r) {
		return nil
	}
	probe := ""
	if r.Probe != nil {
		probe = fmt.Sprintf(" and entry %d (term %d) was appended", r.Probe.Index, r.Probe.Term)
	}
	return broken(RecoveryIdempotent, nil, "the first open showed %s%s, yet the second showed %s",
		&r.View, probe, r.Again)
}

// log judges the log by itself. The order of the questions is from the most to
// the least specific; the first that applies is the answer.
func (x *diagnosis) log() []Violation {
	if found := x.malformed(); found != nil {
		return found
	}
	if x.isLegal() {
		return nil
	}
	for _, ask := range []func() []Violation{
		x.wrongBoundary, x.tornCall, x.lostVersions, x.refusedCall, x.lostTail, x.spliced,
	} {
		if found := ask(); found != nil {
			return found
		}
	}
	return x.invented()
}

// isLegal reports whether the log by itself may have come back.
func (x *diagnosis) isLegal() bool {
	for range x.each {
		return true
	}
	return false
}
