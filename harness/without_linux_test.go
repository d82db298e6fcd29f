package harness_test

import (
	"testing"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
)

// A worker says in its hello what it does not offer.
func TestWorkerWithoutOperations(t *testing.T) {
	f := appendOnlyOnDir
	f.Without.Reset, f.Without.HardState = false, false // the hello knows better
	wantAppendOnly(t, verifyOnDir(t, f, harness.Config{Profile: crash.Ext4Ordered(), Programs: 1, SecondLives: 2, Quick: true}))
}

var appendOnlyOnDir = appendOnly(onDir(), false)
