package harness_test

import (
	"testing"

	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/harness"
)

// TestRun is what a user's test looks like.
func TestRun(t *testing.T) {
	harness.Run(t, filelog.Factory(small), harness.WithConfig(harness.Config{Programs: 4}))
}
