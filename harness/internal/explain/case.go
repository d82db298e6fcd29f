// Package explain confirms a case's failure, makes its evidence small, and says what
// caused it.
package explain

import (
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/scenarios"
)

// Case confirms the case's failure, makes its evidence small, and explains it.
func Case(c *evidence.Case, o Options) {
	s := newShrinker(c, o)
	defer s.stop()
	if c.Confirmed = s.again() != nil; c.Confirmed && !o.NoShrink {
		c.Program, c.Failure = s.shrink()
		s.trials.left, s.trials.hangs = recoveriesMax, hangsMax
		c.Explanation = explain(c.Failure, s.trials, s.host)
	}
	c.Sign()
}

// shrink returns the smallest program and failure that it finds.
func (s *shrinker) shrink() (scenarios.Program, *evidence.Failure) {
	if s.failure.Hangs() {
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
func (s *shrinker) shrinkHang() (scenarios.Program, *evidence.Failure) {
	program, failure, limit := s.program, s.failure, s.options.HangAfter
	s.within(shrinkHangLimit(limit))
	s.takenMax = hangsTakenMax
	s.flatten()
	whole := s.program
	for n := 1; n < len(whole) && !s.take(whole[:n]); n++ {
	}
	for s.shrinkProgram() {
	}
	s.shrinkState()
	quick := s.trials
	s.within(limit)
	if f := s.again(); f != nil {
		program, failure = s.program, f
	}
	s.within(shrinkHangLimit(limit))
	s.trials.adopt(quick)
	return program, failure
}
