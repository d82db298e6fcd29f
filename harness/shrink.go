package harness

import (
	"slices"
	"time"

	"github.com/ackproof/ackproof/faultfs/crash"
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
	attempts  *attempts
	recoverer *recoverer
	// tries counts the programs that were run, and taken those that failed.
	tries, taken       int
	triesMax, takenMax int
}

// A shrink runs so many programs at most. Where the failure is a hang each that
// fails takes as long as the engine gets, and so few may.
const (
	triesMax       = 400
	hangsTakenMax  = 16
	anyNumberTaken = triesMax
)

func newShrinker(v *verification, f foundFailure) *shrinker {
	s := &shrinker{
		v: v, property: f.Property(), program: f.program.Program, failure: f.Failure,
		seed: v.config.Seed.For(f.program.Name), config: v.config, triesMax: triesMax, takenMax: anyNumberTaken,
	}
	s.config.stacks = true
	s.within(s.config.HangAfter)
	return s
}

// within gives the engine so much time from now on before it is said to hang, and
// forgets what it recovered to before.
func (s *shrinker) within(limit time.Duration) {
	if s.recoverer != nil {
		s.recoverer.stop()
	}
	s.config.HangAfter = limit
	s.recoverer = newRecoverer(s.v.factory, s.config)
	s.attempts = newAttempts(s.property, s.config, s.recoverer)
}

func (s *shrinker) stop() { s.recoverer.stop() }

// fails lets the engine recover from a state and returns the failure if it is of
// the same property.
func (s *shrinker) fails(l *Life, state crash.State) *Failure {
	recovered, verdict := s.attempts.verdict(l, state)
	if !sameCause(verdict, s.property) {
		return nil
	}
	l.mustAgree(state.Point, recovered)
	return &Failure{Life: l, State: state, Recovered: recovered, Verdict: verdict}
}

// shrink returns the smallest program and failure that it finds.
func (s *shrinker) shrink() (scenarios.Program, *Failure) {
	if s.failure.hangs() {
		return s.shrinkHang()
	}
	s.flatten()
	for s.shrinkProgram() {
	}
	s.shrinkState()
	return s.program, s.failure
}

// shrinkHang is shrink for an engine that hangs. It gives the engine less time,
// and in the end, to be sure, as much as before.
func (s *shrinker) shrinkHang() (scenarios.Program, *Failure) {
	program, failure, limit := s.program, s.failure, s.config.HangAfter
	s.within(hastyLimit(limit))
	s.takenMax = hangsTakenMax
	s.flatten()
	whole := s.program
	for n := 1; n < len(whole) && !s.take(whole[:n]); n++ {
	}
	for s.shrinkProgram() {
	}
	s.shrinkState()
	hasty := s.attempts
	s.within(limit)
	if f := s.again(); f != nil {
		program, failure = s.program, f
	}
	s.within(hastyLimit(limit))
	s.attempts.adopt(hasty)
	return program, failure
}

// again returns the failure as it comes again, nil if it does not.
func (s *shrinker) again() *Failure {
	if s.failure.Live {
		return s.reproduce(s.program)
	}
	return s.fails(s.failure.Life, s.failure.State)
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
	if s.tries >= s.triesMax || s.taken >= s.takenMax {
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
