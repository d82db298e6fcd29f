package volume_test

import (
	"fmt"
	"testing"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/spf13/afero"
)

// TestResumeKeepsFaults: a disk that is resumed has the faults of the one before,
// as far as they had counted, and a failed sync still reverts what it reverts.
func TestResumeKeepsFaults(t *testing.T) {
	c := faultfs.Config{
		Faults:      []fault.Fault{{Call: fault.Fsync, Nth: 2, Path: "f", Times: 2}, {Call: fault.Write, Nth: 1, Path: "never"}},
		SyncFailure: fault.SyncFailureRevert,
	}
	d := faultfs.NewDisk(c)
	must(t, afero.WriteFile(d, "f", []byte("synced"), 0o644))
	f, err := d.OpenFile("f", 2, 0)
	must(t, err)
	must(t, f.Sync())
	early := len(d.Journal().Events)
	if err := f.Sync(); err == nil {
		t.Fatal("the second sync went well")
	}
	must(t, afero.WriteFile(d, "f", []byte("lost"), 0o644))
	for _, at := range []struct {
		events int
		want   string
	}{
		{0, "[{fsync 2 path=f times=2 0 0} {write 1 path=never times=all 0 0}]"},
		{early, "[{fsync 2 path=f times=2 1 0} {write 1 path=never times=all 0 0}]"},
		{len(d.Journal().Events), "[{fsync 2 path=f times=2 2 1} {write 1 path=never times=all 0 0}]"},
	} {
		stored, err := d.Journal().Until(at.events).Record().Journal()
		must(t, err)
		for name, j := range map[string]*journal.Journal{"in memory": d.Journal().Until(at.events), "stored": stored} {
			if got := fmt.Sprint(faultfs.Resume(c, j).Faults()); got != at.want {
				t.Errorf("%s, after %d events: got %s, want %s", name, at.events, got, at.want)
			}
		}
	}
	next := faultfs.Resume(c, d.Journal())
	f, err = next.OpenFile("f", 2, 0)
	must(t, err)
	if err := f.Sync(); err == nil {
		t.Fatal("the third sync went well")
	}
	if got, err := afero.ReadFile(next, "f"); err != nil || string(got) != "synced" {
		t.Errorf("after a failed sync that reverts: got %q, %v", got, err)
	}
}
