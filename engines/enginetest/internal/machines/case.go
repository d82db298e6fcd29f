package machines

import (
	"context"
	"fmt"
)

// Case is one thing to try on a new state machine.
type Case struct {
	// Name is stable and names the subtest.
	Name string
	// Rule is the sentence of the contract that a failure breaks.
	Rule string
	// Run tries it in a new place and returns what is wrong, in terms of got and
	// want, or an error that wraps trial.ErrSkipped.
	Run func(ctx context.Context, place *Place) error
}

// step is one thing done to a machine or asked of it. It fails with got and want.
type step struct {
	name string
	do   func(ctx context.Context, place *Place) error
}

// steps returns a run of all steps in order, up to the first that fails.
func steps(all ...step) func(context.Context, *Place) error {
	return func(ctx context.Context, place *Place) error {
		for i, s := range all {
			at := fmt.Sprintf("step %d, %s", i+1, s.name)
			place.progress.Note(at)
			if err := s.do(ctx, place); err != nil {
				return fmt.Errorf("%s: %w", at, err)
			}
		}
		return nil
	}
}
