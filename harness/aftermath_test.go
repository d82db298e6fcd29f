package harness_test

import (
	"testing"

	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// TestFailedFirstSave: where a failed fsync drops what was written from the page cache, and
// perhaps not from the disk, a recovery that reads no save must see to it that none comes back.
func TestFailedFirstSave(t *testing.T) {
	profile, err := crash.ParseProfile("strict-posix,sync-failure=lose-clean,sync-report=each-open")
	if err != nil {
		t.Fatal(err)
	}
	only := []scenarios.NamedProgram{{Name: "save", Program: raftlog.MustParse("fail fsync 2\nsave-hard-state term=+1\nreopen")}}
	if o := verify(t, filelog.Factory(small), harness.Config{Profile: profile, Only: only}); o.Verdict != evidence.Held {
		t.Errorf("got %s, want that it holds", o.Summary())
	}
}
