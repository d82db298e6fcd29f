// Package explain makes a case's evidence small, and says what caused it.
package explain

import (
	"context"
	"errors"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
)

// Case makes a confirmed case's evidence small, and explains it, as far as it comes
// before ctx ends: what is missing then is said in the case, which is whole at any
// time. An error says that the environment failed.
func Case(ctx context.Context, c *evidence.Case, o Options) error {
	s := newShrinker(ctx, c, o)
	defer s.stop()
	c.Unfinished = ""
	err := inTime(ctx, s.shrink)
	c.Program, c.Failure = s.program, s.failure
	switch {
	case errors.Is(err, host.ErrOutOfTime):
		c.Unfinished, err = evidence.NotShrunk, nil
	case s.damage != "" && s.taken == 0:
		c.Unfinished = evidence.NotReproduced
	}
	if err != nil {
		return err
	}
	return s.explain(c)
}

// explain explains the case, or says what it can without any recovery.
func (s *shrinker) explain(c *evidence.Case) error {
	s.trials.left, s.trials.hangs = recoveriesMax, hangsMax
	var whole *evidence.Explanation
	err := inTime(s.trials.ctx, func() { whole = explain(c.Failure, s.trials, s.host) })
	if errors.Is(err, host.ErrOutOfTime) {
		whole, err = describe(c.Failure, s.trials, s.host), nil
		if c.Unfinished == "" {
			c.Unfinished = evidence.NotExplained
		}
	}
	c.Explanation = whole
	c.Sign()
	return err
}

// inTime does something that ends early when ctx ends, and returns
// [host.ErrOutOfTime] if it did, or the environment's error.
func inTime(ctx context.Context, do func()) (err error) {
	defer host.Guard(&err)
	do()
	if ctx.Err() != nil {
		return host.ErrOutOfTime
	}
	return nil
}

// shrink looks for a smaller program and failure of the same cause.
func (s *shrinker) shrink() {
	switch {
	case s.damage != "":
		s.shrinkDamage()
		return
	case s.failure.Hangs():
		s.shrinkHang()
		return
	}
	s.flatten()
	for s.shrinkProgram() || s.onceOnly() {
	}
	s.shrinkState()
}

// shrinkHang is shrink for an engine that hangs. It gives the engine less time, and in
// the end, to be sure, more.
func (s *shrinker) shrinkHang() {
	program, failure := s.program, s.failure
	s.within(shrinkHangLimit(s.options.HangAfter))
	s.takenMax = hangsTakenMax
	s.flatten()
	whole := s.program
	for n := 1; n < len(whole) && !s.take(whole[:n]); n++ {
	}
	for s.shrinkProgram() {
	}
	s.shrinkState()
	quick := s.trials
	s.within(ConfirmHangLimit(s.options.HangAfter))
	f := s.again()
	s.within(shrinkHangLimit(s.options.HangAfter))
	s.trials.adopt(quick)
	if s.failure = f; f == nil {
		s.program, s.failure = program, failure
	}
}
