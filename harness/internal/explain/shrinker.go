package explain

import (
	"time"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// Options are what a case is made small with.
type Options struct {
	Host host.Host
	// HangAfter is how long the engine gets before it is said to hang.
	HangAfter time.Duration
	// Done ends everything once it is closed: see [host.Limits].
	Done <-chan struct{}
	Plan crash.Plan
	// Depth is the most crashes that follow each other.
	Depth int
	// NoShrink confirms the case only.
	NoShrink bool
	// Reproduce runs a program, explores what follows it, with stacks, and returns a
	// failure of the property, nil if there is none.
	Reproduce func(h host.Host, depth int, p models.Property, program scenarios.Program) *evidence.Failure
}

// shrinker makes a failure's evidence small: first the program, then the crash
// point, then what is lost. It counts steps, not seconds.
type shrinker struct {
	options  Options
	property models.Property
	program  scenarios.Program
	failure  *evidence.Failure
	depth    int
	host     host.Host
	trials   *trials
	// tries counts the programs that were run, and taken those that failed.
	tries, taken       int
	triesMax, takenMax int
}

// A shrink runs triesMax programs at most. A program that hangs takes all the time
// that the engine gets, so fewer of those are taken.
const (
	triesMax       = 400
	hangsTakenMax  = 16
	anyNumberTaken = triesMax
)

func newShrinker(c *evidence.Case, o Options) *shrinker {
	s := &shrinker{
		options: o, property: c.Property(), program: c.Program, failure: c.Failure, depth: o.Depth,
		triesMax: triesMax, takenMax: anyNumberTaken,
	}
	s.within(o.HangAfter)
	return s
}

// within sets the time after which the engine is said to hang, and forgets what it
// recovered to before.
func (s *shrinker) within(limit time.Duration) {
	s.stop()
	s.host = s.options.Host.Within(host.Limits{HangAfter: limit, Done: s.options.Done})
	s.trials = newTrials(s.property, s.options.Plan, s.host.Recoveries())
}

func (s *shrinker) stop() {
	if s.trials != nil {
		s.trials.recoveries.Close()
	}
}

// fails lets the engine recover from a state and returns the failure if it is of
// the same property.
func (s *shrinker) fails(l *evidence.Life, state crash.State) *evidence.Failure {
	recovered, verdict := s.trials.verdict(l, state)
	if !evidence.IsFirst(verdict, s.property) {
		return nil
	}
	l.MustAgree(state.Point, recovered)
	return &evidence.Failure{Life: l, State: state, Recovered: recovered, Verdict: verdict}
}

// again returns the failure as it comes again, nil if it does not.
func (s *shrinker) again() *evidence.Failure {
	if s.failure.Live {
		return s.reproduce(s.program)
	}
	return s.fails(s.failure.Life, s.failure.State)
}

// reproduce runs and explores p and returns a failure of the same property.
func (s *shrinker) reproduce(p scenarios.Program) *evidence.Failure {
	return s.options.Reproduce(s.host, s.depth, s.property, p)
}
