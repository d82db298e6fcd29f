//go:build !linux

package harness_test

import (
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, // canaries that leave a goroutine
		goleak.IgnoreAnyFunction("github.com/ackproof/ackproof/engines/canary.watch"),
		goleak.IgnoreAnyFunction("github.com/ackproof/ackproof/engines/canary/machines.sweep"))
}
