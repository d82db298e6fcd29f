package raftlog

import (
	"fmt"

	"github.com/ackproof/ackproof/models"
)

// Explain returns what is wrong with r, an illegal recovery of s, the violation
// closest to the cause first: of the log, of the hard state, of the order of the
// two, and of what was tried after reading.
func (m spec) Explain(state models.SpecState, r *models.Recovered, c *models.Call) []models.Violation {
	s := state.(*specState)
	if f := r.Failure; f != nil && (f.Phase == models.PhaseOpen || f.Phase == models.PhaseRead) {
		return models.Broken(models.OpensAfterCrash, nil, "%s after %s failed: %s", f.Phase, restartText(c), f)
	}
	x := diagnosis{search: m.search(s, viewOf(r.View), c), restart: restartText(c)}
	out := x.log()
	out = append(out, x.hardState()...)
	if len(out) == 0 || out[0].Property == models.HardStateDurable {
		out = append(out, x.order()...)
	}
	out = append(out, m.afterwards(r)...)
	if len(out) == 0 {
		panic("raftlog: explaining a legal recovery")
	}
	return out
}

func restartText(c *models.Call) string {
	switch {
	case c.IsCleanReopen():
		return "the clean reopen"
	case c.Op == models.Reopen:
		return "the reopen after a fault"
	}
	return "the crash"
}

// afterwards judges what came after the first read.
func (m spec) afterwards(r *models.Recovered) []models.Violation {
	if f := r.Failure; f != nil {
		p := models.LiveAfterRecovery
		if f.Phase == models.PhaseReopen || f.Phase == models.PhaseReread {
			p = models.RecoveryIdempotent
		}
		return models.Broken(p, nil, "%s failed, after all had been read: %s", f.Phase, f)
	}
	if m.repeats(r) {
		return nil
	}
	probe := ""
	if e := probed(r); e != nil {
		probe = fmt.Sprintf(" and entry %d (term %d) was appended", e.Index, e.Term)
	}
	return models.Broken(models.RecoveryIdempotent, nil, "the first open showed %s%s, yet the second showed %s",
		r.View, probe, r.Again)
}

// log judges the log by itself. The order of the questions is from the most to
// the least specific; the first that applies is the answer.
func (x *diagnosis) log() []models.Violation {
	if found := x.malformed(); found != nil {
		return found
	}
	if x.isLegal() {
		return nil
	}
	for _, ask := range []func() []models.Violation{
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
