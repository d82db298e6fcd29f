package host_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/ackproof/ackproof/harness/internal/host"
)

func TestMain(m *testing.M) {
	beBusyIfAsked()
	listenIfAsked()
	host.Worker(stuckSubjects(true)...)
	goleak.VerifyTestMain(m)
}
