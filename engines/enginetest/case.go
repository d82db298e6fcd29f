package enginetest

import (
	"context"

	"github.com/ackproof/ackproof/engines/enginetest/trial"
)

// Case is one thing to try on a new log.
type Case struct {
	// Name is stable and names the subtest.
	Name string
	// Rule is the sentence of the contract that a failure breaks.
	Rule string
	// Run tries it in a new place and returns what is wrong, in terms of got and
	// want, or an error that wraps ErrSkipped.
	Run func(ctx context.Context, place *Place) error
}

// logCase is a Case as it runs.
type logCase = trial.Case[*Place]

// Result is what came of a case, and Report of all, with what the engine could declare.
type (
	Result = trial.Result
	Report = trial.Report
)

// ErrSkipped says that a case does not apply to an engine, and why.
var ErrSkipped = trial.ErrSkipped
