package explain

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
)

// Loss returns the failure with as little lost as it takes at its crash point, or before: it
// gives back what need not be lost (delta debugging: Zeller and Hildebrandt, TSE 2002, one
// effect at a time), has the crash come before what was lost last, and takes away fill and
// tears, until none of that can be done any more, or it is to stop. fails lets the engine recover from a state, and returns the
// failure if it still counts.
func Loss(f *evidence.Failure, fails func(*evidence.Life, crash.State) *evidence.Failure, stop func() bool) *evidence.Failure {
	r := &lossReducer{failure: f, fails: fails, stop: stop}
	for r.giveBack() || r.crashEarlier() || r.simplify() {
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

// crashEarlier has the crash come before the event of the newest lost effect. A disk that
// keeps an order may lose that along with the culprit, and cannot give it back. Something is
// lost still, as a failure that loses nothing is another one.
func (r *lossReducer) crashEarlier() bool {
	life, lost := r.failure.Life, r.failure.Lost()
	if len(lost) == 0 {
		return false
	}
	states := life.Crashes()
	points := states.Points()
	next, _ := slices.BinarySearch(points, states.Effect(lost[len(lost)-1]).Event+1)
	if next == 0 || life.ResumedAt > 0 && points[next-1] <= life.ResumedAt {
		return false // the crash would be in the life before
	}
	state := r.failure.State
	state.Point = points[next-1]
	lost = slices.DeleteFunc(lost, func(id crash.EffectID) bool { return states.Effect(id).Event >= state.Point })
	state, ok := states.Losing(state, lost)
	return ok && len(lost) > 0 && r.take(state)
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
