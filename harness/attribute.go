package harness

import (
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
)

// attribute counts a failing state for its cause, which is a new finding if none is
// known. What such a finding does not explain of the state may be another.
func (x *exploration) attribute(f *evidence.Failure) {
	if x.target != nil {
		x.aim(f)
		return
	}
	for more := true; more; {
		rest, known := f, (*cause)(nil)
		inTime := x.hasTime(func() {
			rest, known = x.unexplained(f)
			for known == nil && x.learn() {
				rest, known = x.unexplained(f)
			}
		})
		switch {
		case !inTime && len(x.causes) > 0:
			return // it may be of one of these
		case known == nil:
			more = x.find(rest)
		default:
			known.states++
			if known.finding == nil {
				x.findKnown(f, known)
			}
			return
		}
	}
}

// unexplained returns what is left of a failure once known causes are taken away: it
// gives back the effects that were lost at their places, so that no bug hides another.
// Nothing is left if the engine recovers well then, and the cause is returned. Where
// nothing need be lost, like failures after a call of one kind have one cause.
func (x *exploration) unexplained(f *evidence.Failure) (*evidence.Failure, *cause) {
	var first *cause
	for f != nil {
		f = x.withoutLoss(f)
		known, back := x.causes.of(f)
		if known == nil {
			return f, nil
		}
		if first == nil {
			first = known
		}
		state, ok := f.GiveBack(back)
		if !ok || len(back) == 0 {
			break
		}
		f = x.recoverState(f.Life, state)
	}
	return nil, first
}

// withoutLoss returns a failure that loses nothing, if the engine fails alike then.
func (x *exploration) withoutLoss(f *evidence.Failure) *evidence.Failure {
	if f.Live || len(f.Lost()) == 0 {
		return f
	}
	key := wholeKey{f.Life, f.State.Point}
	whole, known := x.whole[key]
	if !known {
		whole = x.recoverState(f.Life, crash.State{Point: f.State.Point})
		x.whole[key] = whole
	}
	if whole != nil && whole.Like(f) {
		return whole
	}
	return f
}

// aim notes a failure of the cause that is looked for: one that is gone with the effects
// that were lost at the cause's places.
func (x *exploration) aim(f *evidence.Failure) {
	if len(x.target.Places) == 0 {
		f = x.withoutLoss(f)
	}
	if !f.IsOf(*x.target) {
		return
	}
	if _, back := (causes{{Cause: *x.target}}).of(f); len(back) > 0 {
		state, ok := f.GiveBack(back)
		if !ok {
			return
		}
		if rest := x.recoverState(f.Life, state); rest != nil && rest.Like(f) {
			return
		}
	}
	x.hit = f
}

// fail notes a failure of a recording, or a verdict on it that could not be reached.
func (x *exploration) fail(f *evidence.Failure) {
	if f.Verdict.Outcome == models.Unknown {
		x.tally.Unknown++
		return
	}
	if f.Hangs() {
		x.hangs++
	}
	x.attribute(f)
}
