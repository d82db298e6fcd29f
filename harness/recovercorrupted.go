package harness

import (
	"github.com/ackproof/ackproof/faultfs/corrupt"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/models"
)

// recoverCorrupted lets an engine recover again from what a crash left with a corruption, and judges
// that.
func recoverCorrupted(h host.Host, r host.Recoveries, f *evidence.Failure) (*evidence.Failure, error) {
	if f.Life.Harm != nil {
		return recoverHarmed(h, r, f)
	}
	whole, err := f.Life.Image(crash.State{Point: f.State.Point})
	if err != nil {
		return nil, err
	}
	left, err := f.Image()
	if err != nil {
		return nil, err
	}
	again := &evidence.Failure{Life: f.Life, State: f.State, Corruption: f.Corruption, Recovered: r.Recover(whole)}
	if again.Recovered.Failure != nil {
		again.Verdict = f.Life.Verdict(f.State.Point, again.Recovered)
		return again, nil
	}
	of := f.Life.Corruptible(whole, again.Recovered.View)
	if f.Corruption.Kind == corrupt.Lying {
		again.Recovered = r.Recover(left)
	} else {
		again.Recovered = recoverDamaged(r, of, f.Corruption)
	}
	again.Verdict = of.Judge(f.Corruption, again.Recovered)
	return again, nil
}

// recoverHarmed runs the steps of a life again while the same goes wrong, and judges what the engine
// makes of that.
func recoverHarmed(h host.Host, r host.Recoveries, f *evidence.Failure) (*evidence.Failure, error) {
	ran, err := recordHarmed(h, false, beginning(f.Life), f.Life.Steps, f.Life.Harm)
	if err != nil {
		return nil, err
	}
	reaction, err := ran.react(r)
	if err != nil {
		return nil, err
	}
	if reaction.failed != nil {
		return reaction.failed, nil
	}
	again := *f
	again.Verdict = models.Verdict{Outcome: models.Pass}
	return &again, nil
}
