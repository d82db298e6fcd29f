package enginebench

import (
	"os"
	"strings"
	"testing"
	"time"
)

func TestProbe(t *testing.T) {
	dir := t.TempDir()
	d, err := Probe(dir)
	if err != nil || d.Fsync <= 0 {
		t.Errorf("got %v and %v, want a time", d, err)
	}
	if dataSync != nil && d.DataSync <= 0 {
		t.Errorf("got an fdatasync of %v, want a time", d.DataSync)
	}
	isEmpty(t, dir)
	if _, err := Probe(dir + "/missing"); err == nil {
		t.Error("got no error for a directory that is not there")
	}
}

// isEmpty wants nothing in dir.
func isEmpty(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("got %v, %v in a directory that was measured in, want nothing", left, err)
	}
}

func TestTypicalDevice(t *testing.T) {
	got := typical([]Device{{"xfs", 3, 30}, {"xfs", 1, 50}, {"xfs", 2, 10}})
	if want := (Device{"xfs", 2, 30}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestDeviceText(t *testing.T) {
	for _, c := range []struct {
		d    Device
		want string
	}{
		{
			Device{"ext4", 250 * time.Microsecond, 200 * time.Microsecond},
			"ext4: an fsync after 10,000 bytes takes 250 us (4,000 a second), an fdatasync 200 us (5,000 a second)",
		},
		{Device{"", 2 * time.Millisecond, 0}, "file system unknown: an fsync after 10,000 bytes takes 2 ms (500 a second)"},
	} {
		if got := c.d.String(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// The form is that of proc_pid_mountinfo(5).
const mounts = `22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 22 0:25 / /tmp rw,nosuid shared:5 - tmpfs tmpfs rw
31 30 0:26 / /tmp/a\040b rw - xfs /dev/vdb rw
32 22 0:27 / /tm rw - btrfs /dev/vdc rw
33 30 0:28 / /tmp rw - overlay overlay rw
cut off
`

func TestMountedAt(t *testing.T) {
	for dir, want := range map[string]string{
		"/":          "ext4",
		"/home/x":    "ext4",
		"/tmp":       "overlay", // mounted over the tmpfs
		"/tmp/x":     "overlay",
		"/tmp/a b/c": "xfs",
		"/tmp/a":     "overlay",
		"/tm":        "btrfs",
		"/tmpx":      "ext4",
	} {
		if got := mountedAt(mounts, dir); got != want {
			t.Errorf("%s: got %q, want %q", dir, got, want)
		}
	}
	if got := mountedAt(strings.Repeat("x\n", 3), "/"); got != "" {
		t.Errorf("got %q of a text of another form, want none", got)
	}
}
