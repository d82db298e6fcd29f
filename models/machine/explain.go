package machine

import (
	"fmt"

	"github.com/ackproof/ackproof/models"
)

// Explain returns what is wrong with r, an illegal recovery of s, the violation closest to
// the cause first: of the state, of the snapshots' files, and of what was tried after
// reading. Of several worlds the one speaks that explains it best.
func (m spec) Explain(state models.SpecState, r *models.Recovered, c *models.Call) []models.Violation {
	if f := r.Failure; f != nil && (f.Phase == models.PhaseOpen || f.Phase == models.PhaseRead) {
		return models.Broken(models.OpensAfterCrash, nil, "%s after %s failed: %s", f.Phase, restartText(c), f)
	}
	var best []models.Violation
	for i, w := range state.(*specState).worlds {
		x := diagnosis{search: m.search(r.View, c), world: w, restart: restartText(c)}
		found := append(x.state(), x.snapshots()...)
		if i == 0 || len(found) == 0 || len(best) > 0 && best[0].Property == models.Prefix {
			best = found
		}
		if len(found) == 0 {
			break
		}
	}
	out := append(best, m.afterwards(r)...)
	if len(out) == 0 {
		panic("machine: explaining a legal recovery")
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
	if p, ok := r.Probe.(*Probe); ok {
		probe = fmt.Sprintf(" and entry %d was applied", p.Index)
	}
	return models.Broken(models.RecoveryIdempotent, nil, "the first open showed %s%s, yet the second showed %s",
		viewOf(r.View), probe, viewOf(r.Again))
}

// state judges the data and the metadata. The order of the questions is from the most to
// the least specific; the first that applies is the answer.
func (x *diagnosis) state() []models.Violation {
	if !x.isSound {
		return x.unsound()
	}
	if _, _, ok := x.find(x.world); ok {
		return nil
	}
	for _, ask := range []func() []models.Violation{
		x.acrossEras, x.lostData, x.lostMetadata, x.refusedSnapshot, x.halfSnapshot, x.startOfChunk,
		x.swappedAgain, x.otherPosition, x.openChunk, x.appliedAgain, x.anyChunk,
	} {
		if found := ask(); found != nil {
			return found
		}
	}
	return models.Broken(models.Prefix, nil, "no call ever left what came back after %s: %s", x.restart, x.got)
}

// unsound judges what can be said of a view without its history.
func (x *diagnosis) unsound() []models.Violation {
	if x.view.Term != x.view.LastApplied.Term {
		return models.Broken(models.AppliedAgrees, nil, "the last applied position is %s after %s, yet the term of that entry is said to be %d",
			idText(x.view.LastApplied), x.restart, x.view.Term)
	}
	return models.Broken(models.ReadsLinearizable, nil, "the keys are not read in their order after %s: %s", x.restart, pairsText(x.view.Pairs))
}
