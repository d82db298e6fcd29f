package harness_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/ackproof/ackproof/harness"
)

func TestMain(m *testing.M) {
	harness.Worker(workerFactories()...)
	if os.Getenv(exploreVariable) != "" {
		exploreForever()
	}
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/ackproof/ackproof/engines/canary/machines.sweep")) // of a canary
}
