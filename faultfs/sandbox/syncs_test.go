//go:build linux

package sandbox_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/fusefs"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/faultfs/sandbox"
)

// watched is a process whose calls that sync are watched, and a disk that it uses.
type watched struct {
	*started
	server *fusefs.Server
	syncs  *sandbox.Syncs
	disk   *faultfs.Disk
	name   string // the disk's
	dir    string
}

func watch(t testing.TB, env ...string) *watched {
	t.Helper()
	s := startIt(t, (*sandbox.Prepared).WatchSyncs, env)
	if s.SyncsUnseen != "" {
		t.Skip("NOT SEEN: ", s.SyncsUnseen)
	}
	server, err := fusefs.Serve(s.Device, fusefs.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	w := &watched{started: s, server: server, disk: faultfs.NewDisk(faultfs.Config{NoStacks: true})}
	w.name = server.Attach(w.disk)
	w.dir = filepath.Join(s.DiskDir, w.name)
	if w.syncs, err = s.ServeSyncs(server); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // after the process
		w.kill()
		w.syncs.Close()
	})
	return w
}

func (w *watched) kill() {
	_ = w.cmd.Process.Kill()
	_ = w.cmd.Wait()
}

func lines(d *faultfs.Disk) (out []string) {
	j := d.Journal()
	for i, e := range j.Events {
		text := e.String()
		if e.During > 0 {
			text += fmt.Sprintf(" since %d", j.Began(i))
		}
		out = append(out, text)
	}
	return out
}

// ended returns the lines of a disk where syncs were held, without their beginnings.
func ended(d *faultfs.Disk) []string {
	var out []string
	for _, line := range lines(d) {
		if !strings.HasPrefix(line, "sync-begin ") {
			line, _, _ = strings.Cut(line, " since ")
			out = append(out, line)
		}
	}
	return out
}

// asked are the syncs that a gate was asked about.
type asked struct {
	mu    sync.Mutex
	syncs []fusefs.PendingSync
	// before is what the journal held when each was asked about.
	before [][]string
}

func (a *asked) gate(d *faultfs.Disk) fusefs.SyncGate {
	return func(s fusefs.PendingSync) func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.syncs, a.before = append(a.syncs, s), append(a.before, ended(d))
		return nil
	}
}

func (a *asked) about() []fusefs.PendingSync {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.syncs)
}

const (
	made  = "create /a"
	wrote = "write /a 5 bytes at 0"
)

var syncCalls = []struct {
	call string
	want []string // the journal
	err  string   // of the call
	// asked is how many events there were when the gate was asked, 0 if it was not.
	asked    int
	dataOnly bool
}{
	{call: "fsync", want: []string{made, wrote, "sync /a"}, asked: 2},
	{call: "fdatasync", want: []string{made, wrote, "sync-data /a"}, asked: 2, dataOnly: true},
	{call: "fsync-dir", want: []string{made, wrote, "sync /"}, asked: 2},
	{call: "msync", want: []string{made, "resize /a to 4096", "write /a 4096 bytes at 0", "sync-data /a"}, asked: 3, dataOnly: true},
	{call: "syncfs", want: []string{made, wrote, "sync /a", "sync /"}},
	{call: "sync", want: []string{made, wrote, "sync /a", "sync /"}},
	{call: "sync_file_range", want: []string{made, wrote, "sync-range /a 3 bytes at 1"}},
	{call: "sync_file_range-bad", want: []string{made, wrote}, err: "invalid argument"},
	{call: "fsync-bad", want: []string{made, wrote}, err: "bad file descriptor"},
	{call: "syncfs-bad", want: []string{made, wrote}, err: "bad file descriptor"},
}

// TestSyncCalls: what each call leaves in the journal, and whether it is held. It is run
// by a user too who is not root. No sync runs on the machine of the test.
func TestSyncCalls(t *testing.T) {
	for _, c := range syncCalls {
		for _, gated := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/%v", c.call, gated), func(t *testing.T) {
				w := watch(t)
				var a asked
				if gated {
					w.server.HoldSyncs(w.name, a.gate(w.disk))
				}
				if got := w.ask(t, c.call+" "+w.dir); got != c.err && (got != "<nil>" || c.err != "") {
					t.Errorf("got %s, want %q", got, c.err)
				}
				if got := ended(w.disk); !slices.Equal(got, c.want) {
					t.Errorf("got the events %q, want %q", got, c.want)
				}
				about := a.about()
				if want := gated && c.asked > 0; want != (len(about) == 1) {
					t.Fatalf("the gate was asked about %v", about)
				} else if !want {
					return
				}
				if s := about[0]; s.DataOnly != c.dataOnly || s.Thread == 0 || s.Thread > 1000 || !slices.Equal(a.before[0], c.want[:c.asked]) {
					t.Errorf("the gate was asked about %+v after %q, want data only %v after %q", s, a.before[0], c.dataOnly, c.want[:c.asked])
				}
			})
		}
	}
}

// TestSyncCallsAsUser is TestSyncCalls of an ordinary user, in a user namespace.
func TestSyncCallsAsUser(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("TestSyncCalls is this test, for who is not root")
	}
	cmd := exec.Command("/proc/self/exe", "-test.run=^TestSyncCalls$", "-test.v")
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), "TMPDIR=/tmp", "HOME=/")
	const nobody = 65534
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.CombinedOutput()
	switch {
	case err != nil:
		t.Errorf("%v\n%s", err, out)
	case strings.Contains(string(out), "NOT RUN"):
		t.Skipf("as an ordinary user: %s", out)
	case !strings.Contains(string(out), "--- PASS: TestSyncCalls/sync/true"):
		t.Errorf("the test did not run:\n%s", out)
	}
}

// TestOtherFilesAreNotHeld: files outside of the mount are nobody's business.
func TestOtherFilesAreNotHeld(t *testing.T) {
	w := watch(t)
	if w.server.HasGates() {
		t.Error("there is a gate before any was set")
	}
	var a asked
	w.server.HoldSyncs(w.name, a.gate(w.disk))
	for _, call := range []string{"fsync", "fdatasync", "fsync-dir", "msync", "syncfs", "sync_file_range"} {
		if got := w.ask(t, call+" "+w.FilesDir); got != "<nil>" {
			t.Errorf("%s: %s", call, got)
		}
	}
	if got := lines(w.disk); len(got) > 0 || len(a.about()) > 0 {
		t.Errorf("got the events %q, and the gate was asked about %v", got, a.about())
	}
	for name, end := range map[string]func(){
		"HoldSyncs without a gate": func() { w.server.HoldSyncs(w.name, nil) },
		"Detach":                   func() { w.server.Detach(w.name) },
	} {
		w.server.HoldSyncs(w.name, a.gate(w.disk))
		if end(); w.server.HasGates() {
			t.Errorf("there is a gate after %s", name)
		}
		w.name = w.server.Attach(w.disk)
	}
}

// TestThread: the gate knows the thread by the number that it has in the sandbox, and so
// in FUSE requests.
func TestThread(t *testing.T) {
	w := watch(t)
	var a asked
	w.server.HoldSyncs(w.name, a.gate(w.disk))
	got := w.ask(t, "thread "+w.dir)
	if about := a.about(); len(about) != 1 || got != fmt.Sprintf("%d <nil>", about[0].Thread) {
		t.Errorf("the gate was asked about %v, want the thread %s", about, got)
	}
}

// TestHeldSync: while a sync is held its file is written and read, and others are synced.
func TestHeldSync(t *testing.T) {
	w := watch(t)
	held, release := make(chan fusefs.PendingSync), make(chan struct{})
	w.server.HoldSyncs(w.name, func(s fusefs.PendingSync) func() {
		if s.Ino == 2 { // the first file
			held <- s
			<-release
		}
		return nil
	})
	w.ask(t, "begin fsync "+w.dir)
	s := <-held
	if got := w.ask(t, "write "+filepath.Join(w.dir, "a")); got != "<nil>" {
		t.Errorf("write while the sync is held: %s", got)
	}
	if got := w.ask(t, "read "+filepath.Join(w.dir, "a")); got != `"inside" <nil>` {
		t.Errorf("read while the sync is held: %s", got)
	}
	if got := w.ask(t, "fsync-dir "+w.dir); got != "<nil>" {
		t.Errorf("another sync while the sync is held: %s", got)
	}
	close(release)
	if got := w.ask(t, "end"); got != "<nil>" {
		t.Errorf("the sync that was held: %s", got)
	}
	want := []string{
		made, wrote, "sync-begin /a", "resize /a to 0", "write /a 6 bytes at 0",
		"write /a 5 bytes at 0", "sync-begin /", "sync / since 6", // of fsync-dir
		"sync /a since 2",
	}
	if got := lines(w.disk); !slices.Equal(got, want) {
		t.Errorf("got the events %q, want %q", got, want)
	}
	if s.DataOnly {
		t.Errorf("got %+v, want fsync", s)
	}
}

// TestKilledWhileHeld: who is killed while a sync is held is dead, and the gate is told.
func TestKilledWhileHeld(t *testing.T) {
	w := watch(t)
	held, dropped := make(chan struct{}), make(chan struct{})
	w.server.HoldSyncs(w.name, func(s fusefs.PendingSync) func() {
		close(held)
		<-s.Gone
		return func() { close(dropped) }
	})
	w.ask(t, "begin fsync "+w.dir)
	<-held
	w.kill()
	w.syncs.Close()
	select {
	case <-dropped:
	default:
		t.Error("nobody was told that the sync was dropped")
	}
	if got, want := lines(w.disk), []string{made, wrote, "sync-begin /a"}; !slices.Equal(got, want) {
		t.Errorf("got the events %q, want %q", got, want)
	}
	if open := listeners(t); open > 0 {
		t.Errorf("%d listeners are left open", open)
	}
}

// listeners returns how many listeners this process has open.
func listeners(t *testing.T) (n int) {
	t.Helper()
	links, err := filepath.Glob("/proc/self/fd/*")
	for _, link := range links {
		if to, _ := os.Readlink(link); strings.Contains(to, "seccomp") {
			n++
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestSyncsOfDisks: syncfs is of one disk, sync of all, and both write what was stored
// through maps before.
func TestSyncsOfDisks(t *testing.T) {
	w := watch(t)
	other := faultfs.NewDisk(faultfs.Config{NoStacks: true})
	otherDir := filepath.Join(w.DiskDir, w.server.Attach(other))
	for _, dir := range []string{w.dir, otherDir} {
		if got := w.ask(t, "store "+filepath.Join(dir, "m")); got != "<nil>" {
			t.Fatal(got)
		}
	}
	stored := []string{"create /m", "resize /m to 4096"}
	if got := w.ask(t, "syncfs "+w.dir); got != "<nil>" {
		t.Error(got)
	}
	want := append(slices.Clone(stored), made, wrote, "write /m 4096 bytes at 0", "sync /m", "sync /a", "sync /")
	if got := lines(w.disk); !slices.Equal(got, want) {
		t.Errorf("after syncfs got the events %q, want %q", got, want)
	}
	if got := lines(other); !slices.Equal(got, stored) {
		t.Errorf("after syncfs of another disk got the events %q, want %q", got, stored)
	}
	if got := w.ask(t, "sync "+w.dir); got != "<nil>" {
		t.Error(got)
	}
	if got, want := lines(other), append(stored, "write /m 4096 bytes at 0", "sync /m", "sync /"); !slices.Equal(got, want) {
		t.Errorf("after sync got the events %q, want %q", got, want)
	}
	if got, want := lines(w.disk), append(want, wrote, "sync /a"); !slices.Equal(got, want) {
		t.Errorf("after sync got the events %q, want %q", got, want)
	}
}

// TestMachineIsNotSynced: sync does not sync the machine, whether it is watched or not:
// nothing is written of what was stored to a file on another mount, which the kernel
// would write first.
func TestMachineIsNotSynced(t *testing.T) {
	other := watch(t)
	if got := other.ask(t, "store "+filepath.Join(other.dir, "m")); got != "<nil>" {
		t.Fatal(got)
	}
	stored := lines(other.disk)
	for _, s := range []*started{watch(t).started, start(t)} {
		if got := s.ask(t, "sync "+s.FilesDir); got != "<nil>" {
			t.Error(got)
		}
		if got := lines(other.disk); !slices.Equal(got, stored) {
			t.Errorf("sync reached another mount: got the events %q, want %q", got, stored)
		}
	}
}

// TestSyncsOfThreads: each thread's syncs are seen, none twice, whatever signals come.
func TestSyncsOfThreads(t *testing.T) {
	w := watch(t)
	var a asked
	w.server.HoldSyncs(w.name, a.gate(w.disk))
	if got := w.ask(t, "threads "+w.dir); strings.Trim(got, "[] ") != strings.TrimSpace(strings.Repeat("<nil> ", 16)) {
		t.Errorf("got %s", got)
	}
	syncs := 0
	for _, e := range w.disk.Journal().Events {
		if e.Kind == journal.EventSync {
			syncs++
		}
	}
	if asked := len(a.about()); syncs != 16*50 || asked < syncs || asked > syncs && killableOnly(t) {
		t.Errorf("got %d syncs, and the gate was asked %d times, want %d", syncs, asked, 16*50)
	}
}

// killableOnly reports whether the kernel lets no signal interrupt a call that is being
// answered.
func killableOnly(t *testing.T) bool {
	t.Helper()
	var uname unix.Utsname
	var major, minor int
	if err := unix.Uname(&uname); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Sscanf(unix.ByteSliceToString(uname.Release[:]), "%d.%d", &major, &minor); err != nil {
		t.Fatal(err)
	}
	return major > 5 || major == 5 && minor >= 19
}

// TestSyncsOfProgram: the calls of a program in another language are seen.
func TestSyncsOfProgram(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip(err)
	}
	w := watch(t, "INSIDE_EXEC="+python, "INSIDE_SCRIPT="+`
import os, sys
f = os.open(sys.stdin.readline().strip() + "/a", os.O_RDWR | os.O_CREAT)
os.pwrite(f, b"hello", 0)
os.fsync(f)
os.pwrite(f, b"other", 0)
os.sync()
print("done", flush=True)
sys.stdin.readline()
`)
	var a asked
	w.server.HoldSyncs(w.name, a.gate(w.disk))
	if got := w.ask(t, w.dir); got != "done" {
		t.Errorf("got %s", got)
	}
	if got, want := ended(w.disk), []string{made, wrote, "sync /a", wrote, "sync /a", "sync /"}; !slices.Equal(got, want) || len(a.about()) != 1 {
		t.Errorf("got the events %q, and the gate was asked about %v; want %q, and once", got, a.about(), want)
	}
}

// TestListenerThere: where there is a listener already that is said, and all else works.
func TestListenerThere(t *testing.T) {
	s := startIt(t, (*sandbox.Prepared).WatchSyncs, []string{"INSIDE_LISTENER=1"})
	if !strings.Contains(s.SyncsUnseen, "another seccomp listener") {
		t.Errorf("got %q, want that there is a listener", s.SyncsUnseen)
	}
	server, err := fusefs.Serve(s.Device, fusefs.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if _, err := s.ServeSyncs(server); err == nil {
		t.Error("serving without a listener: got no error")
	}
	if got := s.ask(t, "write "+filepath.Join(s.FilesDir, "a")); got != "<nil>" {
		t.Error(got)
	}
}

// BenchmarkSyncs makes fdatasyncs of a file in memory: as ever, seen, and asked about at
// a gate of the mount, which does not concern that file.
func BenchmarkSyncs(b *testing.B) {
	repeat := func(b *testing.B, s *started, path string) {
		b.ResetTimer()
		if got := s.ask(b, fmt.Sprintf("repeat %d %s", b.N, path)); got != "<nil>" {
			b.Fatal(got)
		}
	}
	b.Run("unwatched", func(b *testing.B) {
		s := start(b)
		repeat(b, s, filepath.Join(s.FilesDir, "a"))
	})
	for _, gated := range []bool{false, true} {
		b.Run(fmt.Sprintf("watched/gated=%v", gated), func(b *testing.B) {
			w := watch(b)
			if gated {
				w.server.HoldSyncs(w.name, func(fusefs.PendingSync) func() { return nil })
			}
			repeat(b, w.started, filepath.Join(w.FilesDir, "a"))
		})
	}
	for _, gated := range []bool{false, true} {
		b.Run(fmt.Sprintf("on the mount/gated=%v", gated), func(b *testing.B) {
			w := watch(b)
			if gated {
				w.server.HoldSyncs(w.name, func(fusefs.PendingSync) func() { return nil })
			}
			repeat(b, w.started, filepath.Join(w.dir, "a"))
		})
	}
	b.Run("on the mount/unwatched", func(b *testing.B) {
		s := start(b)
		server, err := fusefs.Serve(s.Device, fusefs.Options{})
		if err != nil {
			b.Fatal(err)
		}
		defer server.Close()
		repeat(b, s, filepath.Join(s.DiskDir, server.Attach(faultfs.NewDisk(faultfs.Config{NoStacks: true})), "a"))
	})
}
