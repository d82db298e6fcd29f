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
	"cmp"
	"context"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest/trial"
)

// Cases returns all cases with a fixed course, in the order in which they run.
func Cases() []Case {
	var all []Case
	for _, group := range [][]Case{
		readCases(), persistCases(), truncateCases(), purgeCases(), compactedCases(), resetCases(), replaceCases(),
		declinedCases(), hardStateCases(), payloadCases(), reopenCases(), engineCases(), sharingCases(), dEngineCases(),
	} {
		all = append(all, group...)
	}
	return all
}

// TestEngine runs every case as a subtest, and then random programs side by
// side with a model, shrinking what fails. A case that does not apply to the
// engine is skipped with the reason. Where cases fail that would not if the engine declined
// something ([engines.Claims], [engines.Without], [engines.Limits]), it says so.
//
// A case whose engine does not return from a call fails with the place, and the rest
// goes on: within ten seconds for the first, a tenth of that for those that follow. A
// machine that has no time for the engine is no reason.
func TestEngine(t *testing.T, f engines.Factory) {
	testEngine(t, trial.NewGuard(0), suite(f, usual(f.Needs, t.TempDir()), 0))
}

func testEngine(t *testing.T, g *trial.Guard, s trial.Suite[*Place]) {
	tests(t, g, s)
	testModel(t, g, s.New, func(t *rapid.T) logCase { return logCase(modelCase(programs().Draw(t, "program"))) })
}

// Options say how an engine is checked. The zero value is for one that needs no directory.
type Options struct {
	// NewEnv makes the places; nil means file systems in memory, or real directories for an
	// engine that needs them.
	NewEnv NewEnv
	// TempDir is below which NewEnv, if nil, makes real directories: "" means the system's
	// own place for such.
	TempDir string
	// Programs is the number of random programs; 0 means 100, and a negative one none.
	Programs int
	// OwnForm is for state machines whose snapshots no other kind of machine reads.
	OwnForm bool
	// HangAfter is how long one step of a case may take; 0 means [trial.HangAfter].
	HangAfter time.Duration
	// Told, unless nil, is called with each result as soon as it is there.
	Told func(Result)
}

func (o Options) told() func(Result) {
	if o.Told == nil {
		return func(Result) {}
	}
	return o.Told
}

func (o Options) newEnv(needs engines.Needs) NewEnv {
	if o.NewEnv == nil {
		return usual(needs, o.TempDir)
	}
	return o.NewEnv
}

func (o Options) programs() int {
	const usualCount = 100
	return max(0, cmp.Or(o.Programs, usualCount))
}

// Examine runs every case and a fixed set of random programs, and returns what came of
// each. A failure is in the report; an error says that there was no place for the engine,
// or that ctx is done, and the report then has what was tried before.
func Examine(ctx context.Context, f engines.Factory, o Options) (Report, error) {
	return suite(f, o.newEnv(f.Needs), o.programs()).Run(ctx, trial.NewGuard(o.HangAfter), o.told())
}

// Check runs every case and a fixed set of random programs, and returns all that
// failed, joined: what TestEngine finds, for a caller that has no testing.T. An
// engine that needs a directory gets new ones below tempDir.
func Check(ctx context.Context, f engines.Factory, tempDir string) error {
	report, err := Examine(ctx, f, Options{TempDir: tempDir})
	return errors.Join(report.Err(), err)
}

// suite returns what is tried of a log.
func suite(f engines.Factory, newEnv NewEnv, programCount int) trial.Suite[*Place] {
	s := trial.Suite[*Place]{New: func() (*Place, error) { return newPlace(f, newEnv) }, Declinations: declinations()}
	for _, c := range Cases() {
		s.Cases = append(s.Cases, logCase(c))
	}
	for seed := range programCount {
		s.Random = append(s.Random, logCase(modelCase(programs().Example(seed))))
	}
	return s
}
