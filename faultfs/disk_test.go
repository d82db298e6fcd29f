package faultfs_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/fstest"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
)

// writeFile makes a file with the given content, synced if so told.
func writeFile(t testing.TB, d afero.Fs, name, content string) {
	t.Helper()
	if err := afero.WriteFile(d, name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestDiskIsAnFS(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{})
	names := []string{"empty", "log/000001.wal", "log/old/000000.wal", "meta/hard-state"}
	for i, name := range names {
		if dir, _, ok := strings.Cut(name, "/"); ok {
			_ = d.MkdirAll(dir+"/old", 0o755)
		}
		writeFile(t, d, name, strings.Repeat("x", i*5000))
	}
	for _, disk := range []*faultfs.Disk{d, faultfs.NewDisk(faultfs.Config{Image: d.Image()}), d.Kill()} {
		if err := fstest.TestFS(afero.NewIOFS(disk), names...); err != nil {
			t.Error(err)
		}
	}
}

func TestFileEndsAtItsLimit(t *testing.T) {
	const limit = 64 << 30
	d := faultfs.NewDisk(faultfs.Config{})
	f, err := d.Create("f")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte("end"), limit-3); err != nil {
		t.Errorf("write up to the limit: %v", err)
	}
	_, writeErr := f.WriteAt([]byte("end"), limit-2)
	_, farErr := f.WriteAt([]byte("end"), 1<<62)
	for _, err := range []error{writeErr, farErr, f.Truncate(limit + 1)} {
		if !errors.Is(err, syscall.EFBIG) {
			t.Errorf("beyond the limit: got %v, want EFBIG", err)
		}
	}
}

// TestListWhileRemoving reads a directory in portions and removes what it got,
// as programs that clean up do: none may be missed.
func TestListWhileRemoving(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{})
	for i := range 10 {
		writeFile(t, d, fmt.Sprintf("f%d", i), "")
	}
	dir, err := d.Open("/")
	if err != nil {
		t.Fatal(err)
	}
	for {
		names, err := dir.Readdirnames(3)
		if errors.Is(err, io.EOF) {
			break
		}
		for _, name := range names {
			if err := d.Remove(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	if left := d.Image().Files(); len(left) != 0 {
		t.Errorf("got %v left, want none", left)
	}
}

// TestSyncFlags: what a write on a file opened with O_SYNC or O_DSYNC journals.
func TestSyncFlags(t *testing.T) {
	for flag, want := range map[int]string{0: "write", os.O_SYNC: "sync", syscall.O_DSYNC: "sync-data"} {
		d := faultfs.NewDisk(faultfs.Config{})
		f, err := d.OpenFile("f", os.O_CREATE|os.O_WRONLY|flag, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		events := d.Journal().Events
		if got := events[len(events)-1].Kind.String(); got != want {
			t.Errorf("flag %#x: last event is %s, want %s", flag, got, want)
		}
	}
}

// TestConcurrentUse lets goroutines write files of their own and one that they
// share. Then the journal must tell what the disk holds.
func TestConcurrentUse(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{})
	shared, err := d.OpenFile("shared", os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for g := range 8 {
		group.Go(func() { work(d, shared, g, func() bool { return false }) })
	}
	group.Wait()
	journal := d.Journal()
	space := crash.NewSpace(journal, crash.StrictPosix())
	img, err := space.Image(crash.State{Point: len(journal.Events)})
	if err != nil {
		t.Fatal(err)
	}
	if img.Hash() != d.Image().Hash() {
		t.Errorf("the journal leads to\n%vthe disk holds\n%v", img, d.Image())
	}
	if data, _ := img.ReadFile("shared"); len(data) != 8*50*3 {
		t.Errorf("shared file: got %d bytes, want %d: an append was lost", len(data), 8*50*3)
	}
}

// work is what goroutine g does to a disk, until it is told to stop.
func work(d *faultfs.Disk, shared afero.File, g int, stop func() bool) {
	own := fmt.Sprintf("own%d", g)
	for i := range 50 {
		if stop() {
			return
		}
		f, err := d.OpenFile(own, os.O_CREATE|os.O_RDWR, 0o644)
		if err != nil {
			panic(err)
		}
		_, _ = f.WriteAt(bytes.Repeat([]byte{byte('A' + g)}, 700), int64(i*300))
		_, _ = shared.Write([]byte("abc"))
		_ = f.Sync()
		_ = f.Close()
		_ = d.Rename(own, fmt.Sprintf("done%d.%d", g, i%3))
		if i%10 == 0 {
			_ = d.Image()
		}
	}
}

// TestKillDuringCalls: what a killed process writes afterwards reaches neither
// the next process's disk nor the journal.
func TestKillDuringCalls(t *testing.T) {
	for range 20 {
		d := faultfs.NewDisk(faultfs.Config{})
		shared, err := d.OpenFile("shared", os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		var stop atomic.Bool
		started := make(chan struct{}, 4)
		for g := range 4 {
			group.Go(func() {
				started <- struct{}{}
				work(d, shared, g, stop.Load)
			})
		}
		<-started
		next := d.Kill()
		atKill := next.Image().Hash()
		events := len(next.Journal().Events)
		writeFile(t, next, "next", "process")
		group.Wait()
		stop.Store(true)
		writeFile(t, d, "late", "write")
		if err := next.Remove("next"); err != nil {
			t.Fatal(err)
		}
		if next.Image().Hash() != atKill {
			t.Fatal("a dead process changed the next one's disk")
		}
		for _, e := range next.Journal().Events[events:] {
			if e.Path != "/next" {
				t.Fatalf("a dead process journaled %v", e)
			}
		}
		if d.Journal() != nil || d.Invoke(1) != 0 || d.Return(1) != 0 {
			t.Fatal("a dead process has a journal")
		}
		if _, err := d.Stat("late"); err != nil {
			t.Fatalf("a dead process cannot see its own writes: %v", err)
		}
	}
}

// TestCallInFlight: an event belongs to the only call in flight, and to none
// where several are.
func TestCallInFlight(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{})
	touch := func() { _ = d.Chmod("/", 0o700) }
	touch()
	d.Invoke(1)
	touch()
	d.Invoke(2)
	touch()
	d.Return(1)
	touch()
	d.Return(2)
	touch()
	d.Invoke(3)
	d = d.Kill()
	touch()
	var calls []int
	for _, e := range d.Journal().Events {
		if e.Kind == journal.EventChmod {
			calls = append(calls, e.Call)
		}
	}
	if got, want := fmt.Sprint(calls), "[0 1 0 2 0 0]"; got != want {
		t.Errorf("calls of the events: got %s, want %s", got, want)
	}
}

// TestCrashKeepsModes: permission bits are as they were at the crash, whatever
// else is lost.
func TestCrashKeepsModes(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{})
	writeFile(t, d, "f", "x")
	dir, err := d.Open("/")
	if err != nil {
		t.Fatal(err)
	}
	if err := dir.Sync(); err != nil {
		t.Fatal(err)
	}
	before := d.Invoke(1)
	if err := d.Chmod("f", 0o600); err != nil {
		t.Fatal(err)
	}
	after := d.Return(1)
	space := crash.NewSpace(d.Journal(), crash.StrictPosix())
	for point, want := range map[int]os.FileMode{before: 0o644, after + 1: 0o600} {
		for _, lost := range []bool{false, true} {
			img, err := space.Image(crash.State{Point: point, Lost: lost})
			if err != nil {
				t.Fatal(err)
			}
			info, err := faultfs.NewDisk(faultfs.Config{Image: img}).Stat("f")
			if err != nil || info.Mode() != want {
				t.Errorf("crash at %d, lost %v: got %v, %v, want mode %v", point, lost, info, err, want)
			}
		}
	}
}

// TestFrames: an event's stack begins in the program, stored or not.
func TestFrames(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{})
	engineWrites(t, d)
	live := d.Journal()
	stored, err := live.Record().Journal()
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range []*journal.Journal{live, stored} {
		for _, e := range j.Events {
			frames := j.Frames(e.Stack)
			if len(frames) == 0 || !strings.HasSuffix(frames[0].Function, ".engineWrites") || frames[0].Line == 0 {
				t.Errorf("%v: got frames %v, want engineWrites first", e, frames)
			}
			for _, f := range frames {
				if strings.Contains(f.Function, "afero") || strings.HasPrefix(f.Function, "runtime.") {
					t.Errorf("%v: frame %s is not the program's", e, f.Function)
				}
			}
		}
		if j.Frames(0) != nil || j.Frames(-1) != nil || j.Frames(1000) != nil {
			t.Error("a stack that is not there has frames")
		}
	}
}

// engineWrites uses the disk directly and through afero.
func engineWrites(t *testing.T, d *faultfs.Disk) {
	f, err := d.Create("direct")
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Sync(); err != nil {
		t.Fatal(err)
	}
	if err := afero.WriteFile(d, "through", []byte("afero"), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestFullDisk: an engine that writes without end meets the end of the disk, not
// of the machine's memory.
func TestFullDisk(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{SpaceBytes: 10})
	f, err := d.Create("/f")
	if err == nil {
		_, err = f.Write([]byte("123456"))
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte("78901")); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("got %v, want ENOSPC", err)
	}
	if err := d.Remove("/f"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Kill().Create("/g"); err != nil {
		t.Errorf("a full disk takes no names: %v", err)
	}
}
