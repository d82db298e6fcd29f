package harness_test

import (
	"strings"
	"syscall"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/selfcheck"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

func unreadable(t *testing.T) crash.Profile {
	t.Helper()
	p, err := crash.ParseProfile("strict-posix,physical-sector=4096,unreadable=yes")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// hardStateUnreadable is what a crash leaves while the file engine saves a hard state: the
// slot cannot be read.
func hardStateUnreadable(t *testing.T) *faultfs.Image {
	t.Helper()
	d := faultfs.NewDisk(faultfs.Config{})
	if err := d.MkdirAll("/db", 0o755); err != nil {
		t.Fatal(err)
	}
	e, err := filelog.Factory(small).Open(engines.Env{FS: d, Dir: "/db"})
	if err == nil {
		err = e.MetaStore().SaveHardState(t.Context(), engines.HardState{Term: 1})
	}
	if err != nil {
		t.Fatal(err)
	}
	space := crash.NewSpace(d.Journal(), unreadable(t))
	var last crash.State
	for c := range space.Walk(crash.Plan{}) {
		if s := c.State(); len(s.Torn) > 0 && s.Torn[0].Damage == crash.DamageUnreadable && s.Point >= last.Point {
			last = s
		}
	}
	image, err := space.Image(last)
	if err != nil || image.AllReadable() {
		t.Fatalf("%v: all can be read, %v", last, err)
	}
	return image
}

// TestReadFailsAtRecovery: a sector that cannot be read fails with EIO in memory and over
// FUSE, where files in memory could not fail.
func TestReadFailsAtRecovery(t *testing.T) {
	image := hardStateUnreadable(t)
	for _, f := range []engines.Factory{filelog.Factory(small), onDir()} {
		r, err := harness.Recover(f, image)
		orNotRun(t, err)
		if r.Failure == nil || !strings.Contains(r.Failure.Text, syscall.EIO.Error()) {
			t.Errorf("%s: got %+v, want %q", f.Name, r.Failure, syscall.EIO.Error())
		}
	}
}

// TestHoldsThoughUnreadable: an engine whose entries have pages of their own, and which
// takes one that cannot be read for the end of its log, holds on devices with large sectors.
func TestHoldsThoughUnreadable(t *testing.T) {
	for _, needs := range []engines.Needs{engines.NeedsFS, engines.NeedsDir} {
		f := selfcheck.Factories()[0]
		f.Needs = needs
		o, err := harness.VerifySubject(t.Context(), f, harness.Config{
			Profile: unreadable(t), Depth: -1, SecondLives: -1, // the engine takes appends only
			Only: []scenarios.NamedProgram{{Name: "append", Program: raftlog.MustParse("persist 1\npersist 1\nreopen\npersist 1\npersist 1")}},
		})
		orNotRun(t, err)
		if o.Verdict != evidence.Held {
			t.Errorf("%s: got %s, want it held", needs, o.Summary())
		}
	}
}
