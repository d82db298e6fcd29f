package explain

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// flatten looks for a program that fails without a second life after it: a reader
// then sees every step. Failing that it runs the program once more as it is. From
// here on journals have stacks.
func (s *shrinker) flatten() {
	s.depth = 1
	if s.failure.Property() != models.SpaceReclaimed && slices.ContainsFunc(s.flat(), s.take) {
		return
	}
	if s.program.Measures() { // it has no second life, and the rounds of its first ones make it short
		s.triesMax = measuredTriesMax
	} else {
		s.depth, s.statesMax = s.options.Depth, 0
	}
	s.take(s.program)
}

// flat returns the programs of one life that may fail as the lives did. They measure nothing:
// a program that does is run in a hundred lives.
func (s *shrinker) flat() []scenarios.Program {
	programs := []scenarios.Program{s.program.Unmeasured()}
	for _, between := range []scenarios.Step{
		{Kind: scenarios.Kill},
		{Kind: scenarios.Crash},
		{Kind: scenarios.Crash, Loss: scenarios.Loss{Manner: scenarios.LoseEverything}},
	} {
		programs = append(programs, s.failure.Life.Flat(between).Unmeasured())
	}
	return programs
}

// shrinkProgram tries every smaller program one step away and takes those that
// still fail. It reports whether it took any.
func (s *shrinker) shrinkProgram() (progress bool) {
	for i := len(s.program) - 1; i >= 0; i-- {
		if i < len(s.program) && s.take(s.program.Without(i)) {
			progress = true
		}
	}
	for i := len(s.program) - 2; i >= 0; i-- {
		progress = slices.ContainsFunc(s.program.Joined(i), s.take) || progress
	}
	for i := 0; i < len(s.program); i++ {
		for again := true; again && i < len(s.program); {
			again = slices.ContainsFunc(s.program.Simplifications(i), s.take)
			progress = progress || again
		}
	}
	return progress
}

// onceOnly looks, for each fault that fails several calls, for the one of them that matters.
// It reports whether it took any program.
func (s *shrinker) onceOnly() (progress bool) {
	for i, step := range s.program {
		if step.Kind != scenarios.Fail || step.Fault.Times == 1 {
			continue
		}
		for again := timesFired(s.failure, step.Fault); again > 0; again-- {
			once := slices.Clone(s.program)
			once[i].Fault.Nth, once[i].Fault.Times = step.Fault.Nth+again-1, 1
			if s.take(once) {
				progress = true
				break
			}
		}
	}
	return progress
}

// timesFired returns how many calls a fault may have failed before a failure, of which no
// more are told apart than can be tried.
func timesFired(f *evidence.Failure, by fault.Fault) (times int) {
	const timesMax = 32
	for _, l := range f.Life.Lives() {
		for _, e := range l.Journal.Events {
			if e.FailedBy(by) {
				times++
			}
		}
	}
	return min(times, timesMax)
}

// take makes p the program if it fails.
func (s *shrinker) take(p scenarios.Program) bool {
	if s.tries >= s.triesMax || s.taken >= s.takenMax || s.ctx.Err() != nil {
		return false
	}
	s.tries++
	f := s.reproduce(p)
	if f != nil {
		s.program, s.failure = p, f
		s.taken++
	}
	return f != nil
}
