// Package machines has the cases of package enginetest for state machines: what each call
// takes, refuses, changes and gives back, and what a clean reopen finds.
package machines

import (
	"slices"

	"github.com/ackproof/ackproof/engines/enginetest/trial"
)

// Cases returns all cases with a fixed course, in the order in which they run.
func Cases() []Case {
	return slices.Concat(applyCases(), readCases(), positionCases(), servingCases(), keepCases(), snapshotCases(), dEngineCases())
}

// Declinations are what may be declined of the contract, as far as it shows.
func Declinations() []trial.Declination[*Place] {
	return []trial.Declination[*Place]{{
		Claim: "Volatile",
		Evidence: trial.Case[*Place]{
			Name: "volatile", Rule: "a reopen finds nothing of what was there",
			Run: steps(apply(1, put("a", "1")), reopenTo("at 0/0", "at 0/0")),
		},
		Declined: func(place *Place) bool { return !place.survives() },
		Pretend:  func(place *Place) { place.Volatile = true },
	}}
}
