package enginetest

import (
	"context"
	"errors"
	"time"

	"github.com/ackproof/ackproof/engines"
)

// CalledIn finds the call that a stack is in.
var CalledIn = calledIn

// RunWithin runs cases by their names, with another limit of a hang.
func RunWithin(ctx context.Context, limit time.Duration, f engines.Factory, tempDir string, names ...string) error {
	g := &guard{limit: limit}
	var errs []error
	for _, name := range names {
		for _, c := range Cases() {
			if c.Name == name {
				errs = append(errs, g.run(ctx, c, f, tempDir))
			}
		}
	}
	return errors.Join(errs...)
}
