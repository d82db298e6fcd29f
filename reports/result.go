package reports

import (
	"time"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
)

// Result is an outcome, and what only the one who ran it knows.
type Result struct {
	*evidence.Outcome
	// Planted is the property that the engine was made to break; "" for an engine
	// that was not.
	Planted models.Property
	// Documented are the weaknesses that the engine is documented to have; nil if there are
	// none to be seen.
	Documented []evidence.Weakness
	// AsExpected says that the outcome is what was expected.
	AsExpected bool
	// Took is how long the run took; 0 leaves durations and rates out.
	Took time.Duration
	// Bundles are the files that the findings were kept in, in the findings'
	// order; nil if they were not kept.
	Bundles []string
}
