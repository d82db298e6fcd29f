package enginetest

import (
	"context"
	"errors"
	"fmt"

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
func (g *guard) run(ctx context.Context, c Case, f engines.Factory, tempDir string) error {
	ctx, cancel := context.WithCancel(ctx) // an engine that hangs may listen
	defer cancel()
	place, err := newPlace(f, tempDir)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Name, err)
	}
	err = g.wait(place.progress, func() error {
		if err := place.open(); err != nil {
			return err
		}
		return c.Run(ctx, place)
	})
	if hung := (*hang)(nil); !errors.As(err, &hung) {
		if leaveErr := g.wait(place.progress, place.leave); err == nil {
			err = leaveErr
		}
	}
	switch {
	case errors.Is(err, ErrSkipped):
		return fmt.Errorf("%s: %w", c.Name, err)
	case err != nil:
		return fmt.Errorf("%s: %w\n\tthe contract: %s", c.Name, err, c.Rule)
	}
	return nil
}
