package explain

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
)

// Loss returns the failure with as little lost as it takes at its crash point: it gives
// back what need not be lost (delta debugging: Zeller and Hildebrandt, TSE 2002, one
// effect at a time), and takes away fill and tears, until none of that can be done any
// more, or it is to stop. fails lets the engine recover from a state, and returns the
// failure if it still counts.
func Loss(f *evidence.Failure, fails func(*evidence.Life, crash.State) *evidence.Failure, stop func() bool) *evidence.Failure {
	r := &lossReducer{failure: f, fails: fails, stop: stop}
	for r.giveBack() || r.simplify() {
	}
	return r.failure
}

type lossReducer struct {
	failure *evidence.Failure
	fails   func(*evidence.Life, crash.State) *evidence.Failure
	stop    func() bool
}

// giveBack gives back some of the lost effects, half of them first, one by one in
// the end, and what must be durable before they are.
func (r *lossReducer) giveBack() bool {
	lost := r.failure.Lost()
	for size := max(1, len(lost)/2); len(lost) > 0; size /= 2 {
		for back := range slices.Chunk(lost, size) {
			state, ok := r.failure.GiveBack(back)
			if ok && r.take(state) {
				return true
			}
		}
		if size == 1 {
			return false
		}
	}
	return false
}

// simplify takes away a fill or the tears.
func (r *lossReducer) simplify() bool {
	state := r.failure.State
	if state.Fill != crash.FillZero {
		state.Fill = crash.FillZero
		if r.take(state) {
			return true
		}
		state = r.failure.State
	}
	if len(state.Torn) > 0 {
		state.Torn = nil
		return r.take(state)
	}
	return false
}

func (r *lossReducer) take(state crash.State) bool {
	if r.stop() {
		return false
	}
	f := r.fails(r.failure.Life, state)
	if f != nil {
		r.failure = f
	}
	return f != nil
}
