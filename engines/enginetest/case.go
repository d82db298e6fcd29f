package enginetest

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/ackproof/ackproof/engines"
)

// Case is one thing to try on a new engine.
type Case struct {
	// Name is stable and names the subtest.
	Name string
	// Rule is the sentence of the contract that a failure breaks.
	Rule string
	// Run tries it in a new place and returns what is wrong, in terms of got and
	// want, or an error that wraps ErrSkipped.
	Run func(ctx context.Context, place *Place) error
}

// ErrSkipped says that a case does not apply to an engine, and why.
var ErrSkipped = errors.New("not exercised")

// run runs c in a place of its own.
func run(ctx context.Context, c Case, f engines.Factory, tempDir string) error {
	place, err := newPlace(f, tempDir)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Name, err)
	}
	err = guarded(func() error {
		if err := place.open(); err != nil {
			return err
		}
		return c.Run(ctx, place)
	})
	if leaveErr := guarded(place.leave); err == nil {
		err = leaveErr
	}
	switch {
	case errors.Is(err, ErrSkipped):
		return fmt.Errorf("%s: %w", c.Name, err)
	case err != nil:
		return fmt.Errorf("%s: %w\n\tthe contract: %s", c.Name, err, c.Rule)
	}
	return nil
}

// guarded makes a panic of the engine a failure like any other. Every goroutine
// that calls an engine does so under it, or one bad case would end all.
func guarded(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("got panic %v, want none\n%s", p, debug.Stack())
		}
	}()
	return do()
}
