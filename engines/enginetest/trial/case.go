// Package trial runs the cases of a conformance suite, one after the other, each in a
// place of its own, and says what came of them: passed, failed, or not tried, with the
// reason. A panic and a hang are failures like any other. It knows no engine; the cases are
// in package enginetest.
package trial

import (
	"context"
	"errors"
	"fmt"
)

// Place is where the engine of one case lives. It is empty before the first Open.
type Place interface {
	// Open opens the engine.
	Open() error
	// Leave closes what is still open.
	Leave() error
	// Progress is where the case is that runs there.
	Progress() *Progress
}

// Case is one thing to try on a new engine.
type Case[P Place] struct {
	// Name is stable and names the subtest.
	Name string
	// Rule is the sentence of the contract that a failure breaks.
	Rule string
	// Run tries it in a new place and returns what is wrong, in terms of got and
	// want, or an error that wraps ErrSkipped, or ErrPlace if there was no room to try.
	Run func(ctx context.Context, place P) error
}

// ErrSkipped says that a case does not apply to an engine, and why.
var ErrSkipped = errors.New("not exercised")

// Join joins the errors of what ran side by side, or at the end of a case. That some of it
// does not apply counts only where nothing failed, or it would hide the failure.
func Join(errs ...error) error {
	var failures []error
	for _, err := range errs {
		if err != nil && !errors.Is(err, ErrSkipped) {
			failures = append(failures, err)
		}
	}
	if failures != nil {
		return errors.Join(failures...)
	}
	return errors.Join(errs...)
}

// Try runs a case in a place of its own.
func (c Case[P]) Try(ctx context.Context, g *Guard, place P) Result {
	ctx, cancel := context.WithCancel(ctx) // an engine that hangs may listen
	defer cancel()
	err := g.wait(ctx, place.Progress(), func() error {
		if err := place.Open(); err != nil {
			return err
		}
		return c.Run(ctx, place)
	})
	if !leftBehind(err) && ctx.Err() == nil {
		if leaveErr := g.wait(ctx, place.Progress(), place.Leave); err == nil {
			err = leaveErr
		}
	}
	return Result{Case: c.Name, Rule: c.Rule, Err: err, chance: place.Progress().beside.Load()}
}

// leftBehind reports whether a goroutine of the case still uses its place.
func leftBehind(err error) bool {
	h := (*hang)(nil)
	return errors.As(err, &h)
}

// Result is what came of one case.
type Result struct {
	Case, Rule string
	// Err is nil if the case passed, wraps ErrSkipped if it was not exercised, and says
	// otherwise what is wrong.
	Err error
	// chance says that another run of the case may come to something else.
	chance bool
}

// Skipped reports whether the case does not apply to the engine.
func (r Result) Skipped() bool { return errors.Is(r.Err, ErrSkipped) }

// Failed reports whether the engine broke the case's rule.
func (r Result) Failed() bool { return r.Err != nil && !r.Skipped() }

// Hung reports whether the engine did not return from a call, or gave no answer in a process
// of its own: it tries a case again in vain, and as long.
func (r Result) Hung() bool {
	var err interface {
		error
		Hung() bool
	}
	return errors.As(r.Err, &err) && err.Hung()
}

// Error returns the error with the case's name, and with its rule if that is broken. It is
// nil if the case passed.
func (r Result) Error() error {
	switch {
	case r.Err == nil:
		return nil
	case r.Skipped():
		return fmt.Errorf("%s: %w", r.Case, r.Err)
	}
	return fmt.Errorf("%s: %w\n\tthe contract: %s", r.Case, r.Err, r.Rule)
}
