package explain

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
)

// shrinkState makes the crash state small: what is left cannot be given back
// effect by effect, and no visited state of the life that fails loses less.
func (s *shrinker) shrinkState() {
	if s.failure.Live {
		return
	}
	s.shrinkLoss()
	s.shrinkPoint()
	s.shrinkLoss()
}

// shrinkPoint looks for the state of the failing life that loses least, and among
// those for the earliest.
func (s *shrinker) shrinkPoint() {
	life := s.failure.Life
	space := life.Crashes()
	best := len(s.failure.Lost())
	for c := range space.Walk(s.options.Plan) {
		if s.trials.spent() {
			return
		}
		point := s.failure.State.Point
		if life.ResumedAt > 0 && c.Point() <= life.ResumedAt || best == 0 && c.Point() >= point {
			continue
		}
		state := c.State()
		lost := len(space.Lost(state))
		if lost > best || lost == best && c.Point() >= point {
			continue
		}
		if s.takeState(life, state) {
			best = lost
		}
	}
}

// shrinkLoss gives back what need not be lost (delta debugging: Zeller and
// Hildebrandt, TSE 2002, one effect at a time), and takes away fill and tears,
// until none of that can be done any more.
func (s *shrinker) shrinkLoss() {
	for s.giveBack() || s.simplify() {
	}
}

// giveBack gives back some of the lost effects, half of them first, one by one in
// the end, and what must be durable before they are.
func (s *shrinker) giveBack() bool {
	life := s.failure.Life
	space := life.Crashes()
	lost := space.Lost(s.failure.State)
	for size := max(1, len(lost)/2); len(lost) > 0; size /= 2 {
		for back := range slices.Chunk(lost, size) {
			state, ok := space.Losing(s.failure.State, withoutNeeds(space, lost, back))
			if ok && s.takeState(life, state) {
				return true
			}
		}
		if size == 1 {
			return false
		}
	}
	return false
}

// withoutNeeds returns what is lost of lost when some effects are not, nor, in
// turn, any that must be durable before.
func withoutNeeds(space crash.States, lost, back []crash.EffectID) []crash.EffectID {
	back = slices.Clone(back)
	for i := 0; i < len(back); i++ {
		for _, need := range space.Needs(back[i]) {
			if slices.Contains(lost, need) && !slices.Contains(back, need) {
				back = append(back, need)
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(lost), func(other crash.EffectID) bool { return slices.Contains(back, other) })
}

// simplify takes away a fill or the tears.
func (s *shrinker) simplify() bool {
	state := s.failure.State
	if state.Fill != crash.FillZero {
		state.Fill = crash.FillZero
		if s.takeState(s.failure.Life, state) {
			return true
		}
		state = s.failure.State
	}
	if len(state.Torn) > 0 {
		state.Torn = nil
		return s.takeState(s.failure.Life, state)
	}
	return false
}

func (s *shrinker) takeState(l *evidence.Life, state crash.State) bool {
	f := s.fails(l, state)
	if f != nil {
		s.failure = f
	}
	return f != nil
}
