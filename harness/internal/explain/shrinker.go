package explain

import (
	"context"
	"time"

	"github.com/ackproof/ackproof/faultfs/corrupt"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/scenarios"
)

// Options are what a case is made small with.
type Options struct {
	Host host.Host
	// HangAfter is how long the engine gets before it is said to hang.
	HangAfter time.Duration
	Plan      crash.Plan
	// Depth is the most crashes that follow each other.
	Depth int
	// Reproduce runs a program and explores what follows it, or corrupts what it leaves, as the
	// trial says, and returns a failure of its cause and how many states were visited; nil if
	// there is none.
	Reproduce func(ctx context.Context, t Trial) (f *evidence.Failure, visited int)
}

// Trial is a program that may fail for a cause.
type Trial struct {
	Host    host.Host
	Program scenarios.Program
	Cause   evidence.Cause
	// Depth is the most crashes that follow each other, and StatesMax the most states
	// that are visited, 0 for no bound.
	Depth, StatesMax int
	// Damage is the kind of corruption that the program is to fail by, "" for a crash. Least
	// asks for the corruption of any kind that changes the fewest bytes of all by which it fails.
	Damage corrupt.Kind
	Least  bool
	// Open says that it comes while the engine is open.
	Open bool
}

// shrinker makes a failure's evidence small: first the program, then the crash
// point, then what is lost. It counts steps, and ends when its context does.
type shrinker struct {
	ctx     context.Context
	options Options
	cause   evidence.Cause
	program scenarios.Program
	failure *evidence.Failure
	depth   int
	host    host.Host
	trials  *trials
	// tries counts the programs that were run, and taken those that failed.
	tries, taken       int
	triesMax, takenMax int
	// statesMax is the most states that a program gets, 0 for no bound yet.
	statesMax int
	// damage and least are those of the next trial.
	damage corrupt.Kind
	least  bool
	open   bool
}

// A shrink runs triesMax programs at most. A program that hangs takes all the time
// that the engine gets, so fewer of those are taken. One that measures has a hundred lives, so
// fewer are run.
const (
	triesMax         = 400
	measuredTriesMax = 80
	hangsTakenMax    = 16
	anyNumberTaken   = triesMax
)

func newShrinker(ctx context.Context, c *evidence.Case, o Options) *shrinker {
	s := &shrinker{
		ctx: ctx, options: o, cause: c.Cause(), program: c.Program, failure: c.Failure, depth: o.Depth,
		triesMax: triesMax, takenMax: anyNumberTaken,
	}
	switch harm := s.failure.Life.Harm; {
	case harm != nil:
		s.damage, s.open = harm.Kind, true
	case s.failure.Corruption != nil:
		s.damage = s.failure.Corruption.Kind
	}
	s.within(o.HangAfter)
	return s
}

// within sets the time after which the engine is said to hang, and forgets what it
// recovered to before.
func (s *shrinker) within(limit time.Duration) {
	s.stop()
	s.host = s.options.Host.Within(host.Limits{HangAfter: limit, Done: s.ctx.Done()})
	s.trials = newTrials(s.ctx, s.cause, s.options.Plan, s.host.Recoveries())
}

func (s *shrinker) stop() {
	if s.trials != nil {
		s.trials.recoveries.Close()
	}
}

// fails lets the engine recover from a state and returns the failure if it is of the
// same cause.
func (s *shrinker) fails(l *evidence.Life, state crash.State) *evidence.Failure {
	f := s.trials.failure(l, state)
	if f == nil || !f.IsOf(s.cause) {
		return nil
	}
	l.MustAgree(state.Point, f.Recovered)
	return f
}

// again returns the failure as it comes again, nil if it does not.
func (s *shrinker) again() *evidence.Failure {
	if s.failure.Live {
		return s.reproduce(s.program)
	}
	return s.fails(s.failure.Life, s.failure.State)
}

// reproduce runs and explores p and returns a failure of the same cause.
func (s *shrinker) reproduce(p scenarios.Program) *evidence.Failure {
	f, visited := s.options.Reproduce(s.ctx, Trial{s.host, p, s.cause, s.depth, s.statesMax, s.damage, s.least, s.open})
	if f != nil {
		// A smaller program does not hide it so much deeper.
		const more, atLeast = 2, 500
		s.statesMax = more*visited + atLeast
	}
	return f
}
