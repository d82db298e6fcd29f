package harness

import (
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
)

// recoverCorrupted lets an engine recover again from what a crash left with a corruption, and judges
// that.
func recoverCorrupted(r host.Recoveries, f *evidence.Failure) (*evidence.Failure, error) {
	image, err := f.Life.Image(f.State)
	if err != nil {
		return nil, err
	}
	if _, err := f.Corruption.Of(image); err != nil {
		return nil, err
	}
	again := &evidence.Failure{Life: f.Life, State: f.State, Corruption: f.Corruption}
	whole := r.Recover(image)
	if whole.Failure != nil {
		again.Recovered, again.Verdict = whole, f.Life.Verdict(f.State.Point, whole)
		return again, nil
	}
	of := f.Life.Corruptible(image, whole.View)
	again.Recovered = recoverDamaged(r, of, f.Corruption)
	again.Verdict = of.Judge(f.Corruption, again.Recovered)
	return again, nil
}
