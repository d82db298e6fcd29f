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
	goleak.VerifyTestMain(m, // canaries that leave a goroutine
		goleak.IgnoreAnyFunction("github.com/ackproof/ackproof/engines/canary.watch"),
		goleak.IgnoreAnyFunction("github.com/ackproof/ackproof/engines/canary/machines.sweep"))
}
