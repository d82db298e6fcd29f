package harness

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// shrinker makes a failure's evidence small: first the program, then the crash
// point, then what is lost. It counts steps, not seconds.
type shrinker struct {
	v         *verification
	property  models.Property
	seed      Seed
	program   scenarios.Program
	failure   *Failure
	config    Config
	recoverer *recoverer
	tries     int
}

// triesMax bounds the programs that a shrink runs.
const triesMax = 400

func newShrinker(v *verification, f foundFailure) *shrinker {
	s := &shrinker{
		v: v, property: f.Property(), program: f.program.Program, failure: f.Failure,
		seed: v.config.Seed.For(f.program.Name), config: v.config, recoverer: newRecoverer(v.factory, v.config),
	}
	s.config.stacks = true
	return s
}

func (s *shrinker) stop() { s.recoverer.stop() }

// confirm tells whether a failure comes again.
func (s *shrinker) confirm(f *Failure) bool {
	if f.Live {
		return s.reproduce(s.program) != nil
	}
	return s.fails(f.Life, f.State) != nil
}

// fails lets the engine recover from a state and returns the failure if it is of
// the same property.
func (s *shrinker) fails(l *Life, state faultfs.CrashState) *Failure {
	image := l.spaceUnder(s.config.Profile).Image(state)
	recovered := s.recoverer.recover(image)
	verdict := l.Verdict(state.Point, recovered)
	if !sameCause(verdict, s.property) {
		return nil
	}
	l.mustAgree(state.Point, recovered)
	return &Failure{Life: l, State: state, Recovered: recovered, Verdict: verdict}
}

// shrink returns the smallest program and failure that it finds.
func (s *shrinker) shrink() (scenarios.Program, *Failure) {
	if s.hangs() {
		return s.program, s.failure // each try would take as long as the hang
	}
	s.flatten()
	for s.shrinkProgram() && s.tries < triesMax {
	}
	if !s.failure.Live {
		s.shrinkPoint()
		s.shrinkLoss()
	}
	return s.program, s.failure
}

func (s *shrinker) hangs() bool {
	r := s.failure.Recovered
	return r != nil && r.Failure != nil && r.Failure.Manner == "hang"
}

// flatten looks for a program that fails without a second life after it: a reader
// then sees every step. Failing that it runs the program once more as it is. From
// here on journals have stacks.
func (s *shrinker) flatten() {
	depth := s.config.Depth
	s.config.Depth = 1
	programs := []scenarios.Program{s.program}
	for _, between := range []scenarios.Step{
		{Kind: scenarios.Kill},
		{Kind: scenarios.Crash},
		{Kind: scenarios.Crash, Loss: scenarios.Loss{Manner: scenarios.LoseEverything}},
	} {
		programs = append(programs, s.failure.Life.flat(between))
	}
	if !slices.ContainsFunc(programs, s.take) {
		s.config.Depth = depth
		s.take(s.program)
	}
}

// shrinkProgram tries every smaller program one step away and takes those that
// still fail. It tells whether it took any.
func (s *shrinker) shrinkProgram() (progress bool) {
	for i := len(s.program) - 1; i >= 0; i-- {
		if i < len(s.program) && s.take(s.program.Without(i)) {
			progress = true
		}
	}
	for i := 0; i < len(s.program); i++ {
		for again := true; again && i < len(s.program); {
			again = slices.ContainsFunc(s.program.Simplifications(i), s.take)
			progress = progress || again
		}
	}
	return progress
}

// take makes p the program if it fails.
func (s *shrinker) take(p scenarios.Program) bool {
	if s.tries >= triesMax {
		return false
	}
	s.tries++
	f := s.reproduce(p)
	if f != nil {
		s.program, s.failure = p, f
	}
	return f != nil
}

// reproduce runs and explores p and returns a failure of the same property.
func (s *shrinker) reproduce(p scenarios.Program) *Failure {
	x := newExploration(s.v.ctx, s.v.factory, s.config, newCache(), s.v.deadline)
	x.target = s.property
	if _, err := x.program(p, s.seed); err != nil {
		return nil
	}
	for _, f := range x.failures {
		if f.Property() == s.property {
			return f
		}
	}
	return nil
}

// shrinkPoint looks for the earliest crash of the failing life that fails, and
// there for the state that loses least.
func (s *shrinker) shrinkPoint() {
	life := s.failure.Life
	space := life.spaceUnder(s.config.Profile)
	best := len(space.Lost(s.failure.State))
	seen := map[faultfs.Digest]bool{}
	for c := range space.States(s.config.Plan) {
		point := s.failure.State.Point
		if c.Point() > point || life.Resumed > 0 && c.Point() <= life.Resumed || seen[c.Key()] && c.Point() == point {
			continue
		}
		state := c.State()
		lost := len(space.Lost(state))
		if c.Point() == point && lost >= best {
			continue
		}
		seen[c.Key()] = true
		if f := s.fails(life, state); f != nil {
			s.failure, best = f, lost
		}
	}
}

// shrinkLoss gives back what need not be lost (delta debugging: Zeller and
// Hildebrandt, TSE 2002, one effect at a time), and takes away fill and tears.
func (s *shrinker) shrinkLoss() {
	life := s.failure.Life
	space := life.spaceUnder(s.config.Profile)
	for progress := true; progress; {
		progress = false
		lost := space.Lost(s.failure.State)
		for _, id := range lost {
			rest := slices.DeleteFunc(slices.Clone(lost), func(other EffectID) bool {
				return other == id || slices.Contains(space.Needs(id), other)
			})
			if state, ok := space.Losing(s.failure.State, rest); ok && s.takeState(life, state) {
				progress = true
				break
			}
		}
	}
	plain := s.failure.State
	if plain.Fill != faultfs.FillZero {
		plain.Fill = faultfs.FillZero
		s.takeState(life, plain)
	}
	if plain = s.failure.State; len(plain.Torn) > 0 {
		plain.Torn = nil
		s.takeState(life, plain)
	}
}

// EffectID is short for the disk's.
type EffectID = faultfs.EffectID

func (s *shrinker) takeState(l *Life, state faultfs.CrashState) bool {
	f := s.fails(l, state)
	if f != nil {
		s.failure = f
	}
	return f != nil
}
