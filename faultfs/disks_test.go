package faultfs_test

import (
	"errors"
	"syscall"
	"testing"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/internal/litmus"
)

// TestDisksAreApart: a rename or a link from one disk to another is refused as rename(2)
// and link(2) refuse it, in every life of the disk, and so is the loss of a mount point.
func TestDisksAreApart(t *testing.T) {
	base, err := litmus.ParseImage("wal/ wal/s/ meta/ wal/a=1A meta/b=1B")
	if err != nil {
		t.Fatal(err)
	}
	d := faultfs.NewDisk(faultfs.Config{Image: base, Disks: []string{"/wal", "none"}})
	mustStep(t, d, "create wal/s/new", "mkdir wal/d", "create wal/d/x", "rename wal/d/x wal/s/y", "link wal/a wal/d/l")
	resumed := faultfs.Resume(faultfs.Config{Disks: []string{"/wal"}}, d.Journal())
	for name, d := range map[string]*faultfs.Disk{"killed": d.Kill(), "resumed": resumed} {
		for step, want := range map[string]syscall.Errno{
			"rename wal/a meta/a":      syscall.EXDEV,
			"rename wal/s/new x":       syscall.EXDEV,
			"rename wal/none meta/a":   syscall.EXDEV,
			"replace meta/b wal/s/y":   syscall.EXDEV,
			"exchange meta/b wal/a":    syscall.EXDEV,
			"link meta/b wal/s/b":      syscall.EXDEV,
			"link wal/d/l meta/l":      syscall.EXDEV,
			"link meta/b wal/a":        syscall.EEXIST,
			"unlink wal":               syscall.EBUSY,
			"rename wal log":           syscall.EBUSY,
			"replace meta wal":         syscall.EBUSY,
			"exchange meta wal":        syscall.EBUSY,
			"rename meta/b meta/c":     0,
			"rename wal/s wal/d/moved": 0,
		} {
			err := litmus.Step(d.Kill(), step) // a copy
			if want == 0 && err != nil || want != 0 && !errors.Is(err, want) {
				t.Errorf("%s, %s: got %v, want %v", name, step, err, want)
			}
		}
	}
}

// TestUnnamedFileOnADisk: a file without a name gets one on the disk that it was made
// on, and no other.
func TestUnnamedFileOnADisk(t *testing.T) {
	base, err := litmus.ParseImage("wal/")
	if err != nil {
		t.Fatal(err)
	}
	c := faultfs.Config{Image: base, Disks: []string{"wal"}}
	d := faultfs.NewDisk(c)
	mustStep(t, d, "unnamed #3", "link #3 wal/f")
	d = faultfs.Resume(c, d.Journal())
	if err := litmus.Step(d, "link wal/f g"); !errors.Is(err, syscall.EXDEV) {
		t.Errorf("got %v, want EXDEV", err)
	}
}

func mustStep(t *testing.T, d *faultfs.Disk, steps ...string) {
	t.Helper()
	for _, step := range steps {
		if err := litmus.Step(d, step); err != nil {
			t.Fatalf("%s: %v", step, err)
		}
	}
}
