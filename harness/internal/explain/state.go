package explain

import (
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

func (s *shrinker) shrinkLoss() {
	s.failure = Loss(s.failure, s.fails, s.trials.spent)
}

func (s *shrinker) takeState(l *evidence.Life, state crash.State) bool {
	f := s.fails(l, state)
	if f != nil {
		s.failure = f
	}
	return f != nil
}
