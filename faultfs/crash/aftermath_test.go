package crash

import (
	"fmt"
	"testing"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/litmus"
)

// TestAftermaths: what each profile may leave after a failed fsync, what is read of it at
// once, and that its text means the same.
func TestAftermaths(t *testing.T) {
	want := map[string]string{
		"strict-posix": "f=512A+512B",
		"strict-posix,sync-failure=keep-clean,sync-report=each-open": "f=512A+512B",
		"strict-posix,sync-failure=lose-clean,sync-report=each-open": "f=512A+512z",
		"strict-posix,sync-failure=revert,sync-report=each-open":     "f=512A",
		"strict-posix,sync-report=late":                              "f=512A+512B, late",
		"ext4-writeback":                                             "f=512A+512B",
		"ext4-writeback,sync-failure=lose-clean":                     "f=512A+512z",
		"ext4-ordered":                                               "f=512A+512B",
		"ext4-ordered,sync-failure=lose-clean":                       "f=512A+512z",
		"xfs":                                                        "f=512A+512B",
		"xfs,sync-failure=lose-clean":                                "f=512A+512z",
		"btrfs":                                                      "f=512A",
	}
	for _, base := range Profiles() {
		for _, p := range base.Aftermaths() {
			if again, err := ParseProfile(p.Name); err != nil || again != p {
				t.Errorf("%s reads as %v, %v", p.Name, again, err)
			}
			if got := leftBy(t, p); got != want[p.Name] {
				t.Errorf("%s: got %s, want %q", p.Name, got, want[p.Name])
			}
			delete(want, p.Name)
		}
	}
	if len(want) > 0 {
		t.Errorf("no aftermath is %v", want)
	}
}

// leftBy returns what is read after an fsync that a fault failed, or was to fail.
func leftBy(t *testing.T, p Profile) string {
	img, err := litmus.ParseImage("f=512A")
	noError(t, err)
	d := faultfs.NewDisk(faultfs.Config{Image: img, SyncFailure: p.SyncFailure, SyncReport: p.SyncReport})
	noError(t, d.Arm(fault.Fault{Call: fault.Fsync, Nth: 1, Times: 1}))
	noError(t, litmus.Step(d, "append f 512 B"))
	late := ""
	if litmus.Step(d, "fsync f") == nil {
		late = ", late"
	}
	return fmt.Sprint(litmus.Image(d.Image()), late)
}
