package volume_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/litmus"
	"github.com/ackproof/ackproof/faultfs/journal"
)

// synced are steps, and the paths that a syncfs after them syncs.
var synced = []struct{ steps, want string }{
	{"mkdir d; create d/f; append d/f 5000 A", "/d/f / /d"},
	{"append d/f 9 B; fsync d/f", ""},
	{"append d/f 9 B; fdatasync d/f", "/d/f"},
	{"create d/g; fsync d/g", "/d"},
	{"truncate d/f 5; rename d/f f", "/f / /d"},
	{"link f d/l; unlink d/g; chmod f 600", "/d"},
	{"create x; append x 9 C; unlink x", "/x /"},
	{"symlink s f; exchange s d/l", "/d/l / /d"},
	{"unnamed #7; write #7 0 9 C", "/#7"},
	{"range f; allocate f 0 900; mkdir e", "/s / /e"},
	{"", ""},
}

func steps(t *testing.T, d *faultfs.Disk, text string) {
	t.Helper()
	for step := range strings.SplitSeq(text, "; ") {
		if step != "" {
			must(t, litmus.Step(d, step))
		}
	}
}

// syncAll syncs everything and returns what the journal has for it.
func syncAll(t *testing.T, d *faultfs.Disk) (paths string, inodes []journal.Ino) {
	t.Helper()
	before := len(d.Journal().Events)
	must(t, d.Inodes().SyncAll())
	for _, e := range d.Journal().Events[before:] {
		if e.Kind != journal.EventSync {
			t.Errorf("got the event %v, want nothing but syncs", e)
		}
		paths += " " + e.Path
		inodes = append(inodes, e.Ino)
	}
	return strings.TrimSpace(paths), inodes
}

// TestSyncAll: what changed since its last fsync is synced, by a disk that was resumed
// too, and nothing can be lost then under any profile.
func TestSyncAll(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{NoStacks: true})
	for _, c := range synced {
		steps(t, d, c.steps)
		resumed := faultfs.Resume(faultfs.Config{NoStacks: true}, d.Journal())
		got, inodes := syncAll(t, d)
		if got != c.want {
			t.Errorf("%s: synced %q, want %q", c.steps, got, c.want)
		}
		if _, again := syncAll(t, resumed); !slices.Equal(again, inodes) {
			t.Errorf("%s: a resumed disk synced the inodes %v, want %v", c.steps, again, inodes)
		}
		for _, p := range crash.Profiles() {
			j := d.Journal()
			if lost := crash.NewSpace(j, p).Lost(crash.State{Point: len(j.Events), Lost: true}); len(lost) > 0 {
				t.Errorf("%s: %s can still lose %v after a syncfs", c.steps, p.Name, lost)
			}
		}
	}
}

// TestSyncAllFails: one file's error is the call's, the others are synced, and the next
// call tries that file again.
func TestSyncAllFails(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{NoStacks: true, Faults: []fault.Fault{{Call: fault.Fsync, Nth: 1, Path: "f", Times: 1}}})
	steps(t, d, "create f; append f 9 A; create g; append g 9 A")
	before := len(d.Journal().Events)
	if err := d.Inodes().SyncAll(); !errors.Is(err, fault.ErrInjected) {
		t.Errorf("got %v, want the fault's error", err)
	}
	var got []string
	for _, e := range d.Journal().Events[before:] {
		got = append(got, e.String())
	}
	if want := []string{"sync-fail /f: EIO", "sync /g", "sync /"}; !slices.Equal(got, want) {
		t.Errorf("got the events %q, want %q", got, want)
	}
	if got, _ := syncAll(t, d); got != "/f" {
		t.Errorf("after an error synced %q, want the file that failed", got)
	}
}

// TestSyncAllAfterKill: what was pending when the process was killed is pending for the
// next one's syncfs.
func TestSyncAllAfterKill(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{NoStacks: true})
	steps(t, d, "create f; create g")
	if got, _ := syncAll(t, d); got != "/f /g /" {
		t.Errorf("synced %q", got)
	}
	steps(t, d, "append f 9 A")
	d = d.Kill()
	if got, _ := syncAll(t, d); got != "/f" {
		t.Errorf("after a kill synced %q, want the file that had changed", got)
	}
}
