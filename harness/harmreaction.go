package harness

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/models"
)

// harmReaction is what an engine made of something that went wrong while it was open.
type harmReaction struct {
	// Reaction is "" if nothing went wrong.
	evidence.Reaction
	// shown is a sentence on what is wrong, "" for nothing.
	shown string
	// failed is the failure that this is of an engine that claims to detect corruption, nil for none.
	failed *evidence.Failure
	hung   bool
}

// react returns what the engine made of what went wrong: before it was closed, and opened on what it
// left. The worst of both counts.
func (h *harmed) react(r host.Recoveries) (harmReaction, error) {
	if h.life == nil {
		return harmReaction{}, nil
	}
	live, shown := h.life.LiveReaction(h.verdict)
	if live == evidence.Wrong || live == evidence.Crashed {
		return harmReaction{Reaction: live, shown: shown, failed: h.Failed, hung: h.hung()}, nil
	}
	opened, err := h.open(r)
	if err != nil || live == evidence.Masked || opened.IsSilent() || opened.Reaction == evidence.Crashed {
		return opened, err
	}
	return harmReaction{Reaction: live, shown: shown}, nil
}

// open opens the engine on what was left: first without what went wrong, as what was read wrong may be
// stored anew by now.
func (h *harmed) open(r host.Recoveries) (harmReaction, error) {
	image, still, err := h.life.HarmLeft(h.left)
	if err != nil {
		return harmReaction{}, err
	}
	failed := &evidence.Failure{Life: h.life, State: crash.State{Point: len(h.life.Journal.Events)}, Corruption: still}
	whole := r.Recover(image)
	failed.Recovered = whole
	if failed.Verdict = h.life.StoredAnew(whole); failed.Verdict.Outcome == models.Fail {
		return harmReaction{Reaction: evidence.Wrong, shown: failed.Sentence(), failed: failed}, nil
	}
	of := h.life.Corruptible(image, whole.View)
	if whole.Failure == nil {
		failed.Recovered = recoverDamaged(r, of, still)
	}
	out := harmReaction{failed: failed, hung: failed.Recovered.Hung()}
	out.Reaction, out.shown = of.Reaction(still, failed.Recovered)
	if failed.Verdict = of.Judge(still, failed.Recovered); failed.Verdict.Outcome != models.Fail {
		out.failed = nil
	}
	return out, nil
}

// hung reports whether a call hung.
func (h *harmed) hung() bool {
	return slices.ContainsFunc(h.life.Calls, func(c models.Call) bool { return c.Result.Failure.Hung() })
}
