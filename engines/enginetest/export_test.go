package enginetest

import (
	"context"
	"errors"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest/trial"
)

// RunWithin runs cases by their names, with another limit of a hang.
func RunWithin(ctx context.Context, limit time.Duration, f engines.Factory, names ...string) error {
	g, s := trial.NewGuard(limit), suite(f, InMemory, 0)
	var errs []error
	for _, name := range names {
		for _, c := range Cases() {
			if c.Name == name {
				errs = append(errs, tryIn(ctx, g, s, logCase(c)))
			}
		}
	}
	return errors.Join(errs...)
}

// try runs one case on an engine of f.
func try(ctx context.Context, c Case, f engines.Factory) error {
	return tryIn(ctx, trial.NewGuard(0), suite(f, InMemory, 0), logCase(c))
}

func tryIn[P trial.Place](ctx context.Context, g *trial.Guard, s trial.Suite[P], c trial.Case[P]) error {
	place, err := s.New()
	if err != nil {
		return err
	}
	return c.Try(ctx, g, place).Error()
}
