package harness_test

import (
	"testing"

	"github.com/ackproof/ackproof/engines/boltlog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/scenarios"
	programs "github.com/ackproof/ackproof/scenarios/raftlog"
)

// TestWorkersHandOver: a test serves both engines of a pair, each in workers of its own.
func TestWorkersHandOver(t *testing.T) {
	writer := boltlog.Factory(boltlog.Options{})
	writer.Name = "bbolt-written"
	reader := writer
	reader.Name = "bbolt-opened"
	opened := logstore.Of(reader)
	program := programs.MustParse("persist 1\nreopen\npersist 1\ncrash lose=everything\npersist 1")
	harness.Run(t, writer, harness.WithProfiles(crash.Ext4Ordered()), harness.WithConfig(harness.Config{
		RecoverWith: &opened, SecondLives: 2, Faults: harness.FaultsNone,
		Only: []scenarios.NamedProgram{{Name: "restarts", Program: program}},
	}))
}
