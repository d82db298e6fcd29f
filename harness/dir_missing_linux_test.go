package harness_test

import (
	"strings"
	"testing"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
)

// TestDirMissingOnDisk: the same of engines on real directories, of which bbolt wants its
// directory to be there.
func TestDirMissingOnDisk(t *testing.T) {
	c := harness.Config{Profile: crash.StrictPosix(), Only: firstDirMissing()}
	losesDir(t, parentUnsyncedOnDir, verifyOnDir(t, parentUnsyncedOnDir, c))
	if o := verifyOnDir(t, onDir(), c); o.Verdict != evidence.Held || o.WantsDir != "" || o.Tally.Distinct < 10 {
		t.Errorf("%s\n%v", o.Summary(), o.Findings)
	}
	c.Only = boltPrograms[:1]
	c.Only = append(firstDirMissing(), c.Only...)
	if o := verifyOnDir(t, bolt, c); o.Verdict != evidence.Held || !strings.Contains(o.WantsDir, "no such file or directory") {
		t.Errorf("%s: %q", o.Summary(), o.WantsDir)
	}
}
