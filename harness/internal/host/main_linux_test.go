package host_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/harness/subject/logstore"
)

func TestMain(m *testing.M) {
	beBusyIfAsked()
	listenIfAsked()
	host.Worker(append(stuckSubjects(true), logstore.Of(panicking()))...)
	goleak.VerifyTestMain(m)
}
