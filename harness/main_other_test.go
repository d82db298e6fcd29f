//go:build !linux

package harness_test

import (
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/ackproof/ackproof/engines/canary/machines.sweep")) // of a canary
}
