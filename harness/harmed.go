package harness

import (
	"errors"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// harmed is a program that ran while something went wrong with what was stored.
type harmed struct {
	*Recording
	// life is the last one, and left what its close left; nil if nothing could go wrong so.
	life *evidence.Life
	left *faultfs.Image
	// verdict is that of the life, as if nothing had gone wrong.
	verdict models.Verdict
}

// recordHarmed runs a program while one thing goes wrong with what is stored, reads all at the end,
// and closes the engine. After the first error nothing more is asked of it. Nothing goes wrong where
// the file is not as the harm has it, as of an engine that does not do the same each time.
func recordHarmed(h host.Host, stacks bool, from *evidence.Life, program scenarios.Program, harm *evidence.Harm) (*harmed, error) {
	if err := checkRuns(h, program); err != nil {
		return nil, err
	}
	r := newRecording(h, stacks, from)
	defer r.close()
	r.harm = harm
	err := r.begin()
	for i := 0; err == nil && i < len(program); i++ {
		err = r.step(program[i])
	}
	if err == nil {
		err = r.readAll()
	}
	if err != nil && !errors.Is(err, errStop) {
		return nil, err
	}
	out := &harmed{Recording: &r.out}
	if l := r.life; l != nil && l.Harm != nil {
		r.leave()
		r.endLife()
		out.life, out.left = l, r.machine.Image()
		out.tell()
	}
	return out, nil
}

// readAll makes calls that read what the engine has.
func (r *recording) readAll() (err error) {
	r.resolver.ReadBack(func(a scenarios.Action) (models.Result, bool) {
		if err = r.call(a); err != nil {
			return models.Result{}, false
		}
		got := r.life.Calls[len(r.life.Calls)-1].Result
		return got, got.Err == ""
	})
	return err
}

// leave closes an engine that answered so far. That it may fail is part of what it makes of the harm.
func (r *recording) leave() {
	calls := r.life.Calls
	if len(calls) == 0 || calls[len(calls)-1].Result.Failure == nil {
		_ = r.machine.CloseEngine()
	}
}

// tell has the recording fail only for what breaks the promise to detect corruption.
func (h *harmed) tell() {
	if h.Failed != nil {
		h.verdict = h.Failed.Verdict
	}
	h.Failed = nil
	if verdict := h.life.LiveVerdict(h.verdict); verdict.Outcome == models.Fail {
		h.Failed = &evidence.Failure{Life: h.life, Live: true, Verdict: verdict}
	}
}
