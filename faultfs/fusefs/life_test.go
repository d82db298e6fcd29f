//go:build linux

package fusefs_test

import (
	"encoding/binary"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/fusefs"
)

// TestMount mounts a device in a namespace that is thrown away.
func TestMount(t *testing.T) {
	p := start(t, fusefs.Options{})
	p.do(t, order{Do: "mount", Dir: p.box.FilesDir})
}

// TestNoChildInherits: the serving process's descriptors of the device close in
// its children, and are gone after Close.
func TestNoChildInherits(t *testing.T) {
	p := start(t, fusefs.Options{})
	open := devices(t)
	if len(open) == 0 {
		t.Error("got no open device, want at least one while it is served")
	}
	for _, fd := range open {
		if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err != nil || flags&unix.FD_CLOEXEC == 0 {
			t.Errorf("descriptor %d: flags %d, %v, want that it closes in children", fd, flags, err)
		}
	}
	if err := p.server.Close(); err != nil {
		t.Error(err)
	}
	if open := devices(t); len(open) != 0 {
		t.Errorf("after Close the descriptors %d are still open", open)
	}
}

// devices returns this process's descriptors of the FUSE device.
func devices(t *testing.T) (out []int) {
	t.Helper()
	names, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		if to, _ := os.Readlink("/proc/self/fd/" + n.Name()); to == "/dev/fuse" {
			fd, err := strconv.Atoi(n.Name())
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, fd)
		}
	}
	return out
}

// TestLocks: a second open is refused, in the same process and in another one, and
// a lock dies with its process.
func TestLocks(t *testing.T) {
	p := start(t, fusefs.Options{})
	for _, kind := range []string{"flock", "setlk"} {
		_, dir := p.attach(newDisk())
		lock := order{Do: kind, Dir: dir}
		p.do(t, order{Do: "helper"})
		p.do(t, order{Do: "ask helper", Helper: &lock})
		if _, err := p.ask(lock); err == nil || !strings.Contains(err.Error(), "temporarily unavailable") {
			t.Errorf("%s of what another process has locked: got %v, want EAGAIN", kind, err)
		}
		p.do(t, order{Do: "helper kill"})
		if _, err := p.ask(lock); err != nil {
			t.Errorf("%s of what a killed process had locked: %v", kind, err)
		}
		// flock belongs to the open file, fcntl's lock to the process.
		if _, err := p.ask(lock); (err == nil) != (kind == "setlk") {
			t.Errorf("%s again in the same process: got %v", kind, err)
		}
	}
}

// checkNumbers wants that each file holds numbers from 0 on, none missing.
func checkNumbers(t *testing.T, d *faultfs.Disk) {
	t.Helper()
	image := d.Image()
	for _, f := range image.Files() {
		data, err := image.ReadFile(f.Path)
		if err != nil {
			t.Fatal(err)
		}
		for n := 0; n*8 < len(data); n++ {
			// A write may be split at a page's boundary, but 8 bytes never are.
			if got := binary.BigEndian.Uint64(data[n*8:]); got != uint64(n) {
				t.Fatalf("%s: got %d in place %d", f.Path, got, n)
			}
		}
	}
}

// TestKilledProcess: the server outlives a process that is killed while it writes.
func TestKilledProcess(t *testing.T) {
	p, disk := start(t, fusefs.Options{}), newDisk()
	name, dir := p.attach(disk)
	p.do(t, order{Do: "helper"})
	p.do(t, order{Do: "ask helper", Helper: &order{Do: "begin writes", Dir: dir, Index: 4}})
	p.do(t, order{Do: "helper kill"})
	if got := p.do(t, order{Do: "list", Dir: dir}); len(got) != 4 {
		t.Errorf("got the files %q, want four", got)
	}
	until(t, "the killed process's files to be closed", func() bool { return p.server.Open() == 0 })
	p.server.Detach(name)
	checkNumbers(t, disk)
}

// TestKilledSandbox: nothing is left of a sandbox that is killed while it writes.
func TestKilledSandbox(t *testing.T) {
	p, disk := start(t, fusefs.Options{}), newDisk()
	name, dir := p.attach(disk)
	p.do(t, order{Do: "begin writes", Dir: dir, Index: 4})
	p.kill()
	p.server.Detach(name)
	events := len(disk.Journal().Events)
	if err := p.server.Close(); err != nil {
		t.Error(err)
	}
	checkNumbers(t, disk)
	if got := len(disk.Journal().Events); got != events {
		t.Errorf("the disk was touched after it was detached: %d events, then %d", events, got)
	}
	goleak.VerifyNone(t)
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil || strings.Contains(string(mounts), "ackproof") {
		t.Errorf("a mount is left (%v):\n%s", err, mounts)
	}
	if err := p.server.Sync(name); err == nil {
		t.Error("Sync on a closed server: got no error")
	}
}

// TestCloseDuringCalls: calls that are under way, or come later, get an error.
func TestCloseDuringCalls(t *testing.T) {
	p, disk := start(t, fusefs.Options{}), newDisk()
	_, dir := p.attach(disk)
	p.do(t, order{Do: "begin writes", Dir: dir, Index: 8})
	if err := p.server.Close(); err != nil {
		t.Fatal(err)
	}
	if got := p.do(t, order{Do: "end writes"}); len(got) != 8 {
		t.Errorf("got %d errors, want one of each of 8 writers: %q", len(got), got)
	}
	if _, err := p.ask(order{Do: "list", Dir: dir}); err == nil || !strings.Contains(err.Error(), "not connected") {
		t.Errorf("a call after Close: got %v, want ENOTCONN", err)
	}
	checkNumbers(t, disk)
}

// TestCloseWithUnansweredCall: a call that waits for its answer gets one, or an
// error.
func TestCloseWithUnansweredCall(t *testing.T) {
	p := start(t, fusefs.Options{})
	_, dir := p.attach(newDisk())
	release := p.server.Hold()
	if err := p.tell(order{Do: "list", Dir: dir}); err != nil {
		t.Fatal(err)
	}
	closed := make(chan error)
	go func() { closed <- p.server.Close() }()
	release()
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if names, err := p.listen(); err == nil && len(names) != 0 {
		t.Errorf("got %q, want an error or an empty directory", names)
	}
}

// TestManyDisks: one mount serves a thousand disks one after the other, and the
// kernel keeps nothing of them.
func TestManyDisks(t *testing.T) {
	const disks = 1000
	p := start(t, fusefs.Options{})
	for range disks {
		disk := newDisk()
		name, dir := p.attach(disk)
		p.do(t, order{Do: "use", Dir: dir})
		p.server.Detach(name)
		if got := len(disk.Journal().Events); got != eventsOfUse {
			t.Fatalf("disk %s has %d events, want %d", name, got, eventsOfUse)
		}
	}
	if got := p.do(t, order{Do: "list", Dir: p.box.DiskDir}); len(got) != 0 {
		t.Errorf("the mount's root holds %q, want nothing", got)
	}
	until(t, "the kernel to forget the disks", func() bool { return p.server.Known() == 0 && p.server.Open() == 0 })
}

// eventsOfUse is how many events "use" makes: a directory, and five files with a
// write and a sync each.
const eventsOfUse = 1 + 5*3

// TestDetachWhileOpen: what is open of a detached disk is of no more use, though
// the kernel had cached it.
func TestDetachWhileOpen(t *testing.T) {
	p := start(t, fusefs.Options{})
	disk, other := newDisk(), newDisk()
	name, dir := p.attach(disk)
	otherName, otherDir := p.attach(other)
	p.do(t, order{Do: "use", Dir: dir, Text: "keep"})
	p.do(t, order{Do: "use", Dir: otherDir, Text: "keep"})
	if got := p.do(t, order{Do: "list", Dir: p.box.DiskDir}); !slices.Equal(got, []string{name, otherName}) {
		t.Errorf("the mount's root holds %q, want %s and %s", got, name, otherName)
	}
	if got := p.do(t, order{Do: "read kept"}); !slices.Equal(got, []string{"<nil>", "<nil>"}) {
		t.Errorf("reading from attached disks: got %q, want no error", got) // and all is cached now
	}
	p.server.Detach(name)
	p.server.Detach(name) // is ignored
	got := p.do(t, order{Do: "read kept"})
	if len(got) != 2 || got[0] != "input/output error" && got[0] != "stale file handle" || got[1] != "<nil>" {
		t.Errorf("reading from the detached and the attached disk: got %q, want ESTALE or EIO, and no error", got)
	}
	if _, err := p.ask(order{Do: "use", Dir: dir}); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("use of a detached disk: got %v, want ENOENT", err)
	}
	if again := p.server.Attach(disk); again == name || again == otherName {
		t.Errorf("the name %s was given out again", again)
	}
	if got := len(disk.Journal().Events); got != eventsOfUse {
		t.Errorf("a detached disk was touched: %d events, want %d", got, eventsOfUse)
	}
	p.do(t, order{Do: "close kept"})
}

func BenchmarkSyncedWrites(b *testing.B) { benchmark(b, "pairs") }
func BenchmarkRenames(b *testing.B)      { benchmark(b, "renames") }

// benchmark has the process repeat something.
func benchmark(b *testing.B, do string) {
	p := start(b, fusefs.Options{})
	_, dir := p.attach(newDisk())
	b.ResetTimer()
	p.do(b, order{Do: do, Dir: dir, Index: b.N})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "repeats/s")
}
