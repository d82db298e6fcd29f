package harness_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// apart returns the engine on a directory that does not open unless its directory wal is
// on another disk.
func apart() engines.Factory {
	f := onDir()
	open := f.Open
	f.Name = "wants-two-disks"
	f.Open = func(env engines.Env) (engines.StorageEngine, error) {
		here, there := filepath.Join(env.Dir, "probe"), filepath.Join(env.Dir, "wal", "probe")
		if err := os.WriteFile(here, nil, 0o600); err != nil {
			return nil, err
		}
		if err := os.Rename(here, there); !errors.Is(err, syscall.EXDEV) {
			return nil, fmt.Errorf("rename to the other disk: got %v, want EXDEV", err)
		}
		if err := os.Remove(here); err != nil {
			return nil, err
		}
		return open(env)
	}
	return f
}

// TestDisksInWorkers: a directory that is a disk of its own is one while an engine in a
// worker is recorded and while it recovers.
func TestDisksInWorkers(t *testing.T) {
	p, err := crash.ParseProfile("xfs,disks=wal:logs/2:wal/deep")
	if err != nil {
		t.Fatal(err)
	}
	c := harness.Config{Profile: p, Quick: true, NoShrink: true, Only: []scenarios.NamedProgram{
		{Name: "reopened", Program: raftlog.MustParse("persist 1\nkill\npersist 1\nreopen\npersist 1")},
	}}
	if o := verifyOnDir(t, apart(), c); o.Verdict != evidence.Held || o.Tally.Distinct == 0 {
		t.Errorf("%s\n%v", o.Summary(), o.Findings)
	}
}
