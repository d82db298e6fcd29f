package harness_test

import (
	"testing"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// A worker says in its hello what it does not offer.
func TestWorkerWithoutOperations(t *testing.T) {
	f := appendOnlyOnDir
	f.Without.Reset, f.Without.HardState = false, false // the hello knows better
	c := harness.Config{Profile: crash.Ext4Ordered(), Programs: 1, SecondLives: 2, Quick: true}
	if testing.Short() {
		c.Only = raftlog.Language.Named()[:12]
	}
	wantAppendOnly(t, verifyOnDir(t, f, c))
}

var appendOnlyOnDir = appendOnly(onDir(), false)
