// Package enginetest reports whether an engine follows the contract of package
// engines while nothing crashes: what each call takes, refuses, discards and
// gives back, and what a clean reopen finds. What survives a crash is not its
// concern.
//
// An engine's own tests call it with the factory that everyone else uses:
//
//	func TestConformance(t *testing.T) { enginetest.TestEngine(t, mywal.Factory()) }
package enginetest

import (
	"context"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/engines"
)

// Cases returns all cases with a fixed course, in the order in which they run.
func Cases() []Case {
	var all []Case
	for _, group := range [][]Case{
		readCases(), persistCases(), truncateCases(), purgeCases(), resetCases(), replaceCases(),
		declinedCases(), hardStateCases(), payloadCases(), reopenCases(), engineCases(), sharingCases(), dEngineCases(),
	} {
		all = append(all, group...)
	}
	return all
}

// TestEngine runs every case as a subtest, and then random programs side by
// side with a model, shrinking what fails. A case that does not apply to the
// engine is skipped with the reason.
//
// A case whose engine does not return from a call fails with the place, and the rest
// goes on: within ten seconds for the first, a tenth of that for those that follow. A
// machine that has no time for the engine is no reason.
func TestEngine(t *testing.T, f engines.Factory) { newGuard().testEngine(t, f) }

func (g *guard) testEngine(t *testing.T, f engines.Factory) {
	for _, c := range Cases() {
		t.Run(c.Name, func(t *testing.T) {
			err := g.run(t.Context(), c, f, t.TempDir())
			if errors.Is(err, ErrSkipped) {
				t.Skip(err)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("model", func(t *testing.T) {
		ctx, dir := t.Context(), t.TempDir()
		var hung *hang
		rapid.Check(t, func(t *rapid.T) {
			if hung != nil {
				return // nor is it made smaller, as each try would hang
			}
			err := g.run(ctx, modelCase(programs().Draw(t, "program")), f, dir)
			if err != nil && !errors.As(err, &hung) {
				t.Fatal(err)
			}
		})
		if hung != nil {
			t.Errorf("model: %v", hung)
		}
	})
}

// Check runs every case and a fixed set of random programs, and returns all that
// failed, joined: what TestEngine finds, for a caller that has no testing.T. An
// engine that needs a directory gets new ones below tempDir.
func Check(ctx context.Context, f engines.Factory, tempDir string) error {
	const programCount = 100
	all := Cases()
	for seed := range programCount {
		all = append(all, modelCase(programs().Example(seed)))
	}
	g := newGuard()
	var errs []error
	for _, c := range all {
		if err := g.run(ctx, c, f, tempDir); err != nil && !errors.Is(err, ErrSkipped) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
