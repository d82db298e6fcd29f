package faultfs_test

import (
	"errors"
	"os"
	"runtime"
	"testing"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/spf13/afero"
)

// failing is a call that a fault can fail, made on a disk with the file f and the
// directory d; open is f for reading and writing, and dir is d.
var failing = map[fault.Call]func(d *faultfs.Disk, open, dir *faultfs.File) error{
	fault.Open: func(d *faultfs.Disk, _, _ *faultfs.File) error {
		_, err := d.Open("f")
		return err
	},
	fault.Create: func(d *faultfs.Disk, _, _ *faultfs.File) error {
		_, err := d.Create("new")
		return err
	},
	fault.Read: func(_ *faultfs.Disk, open, _ *faultfs.File) error {
		_, err := open.ReadAt(make([]byte, 4), 0)
		return err
	},
	fault.Write: func(_ *faultfs.Disk, open, _ *faultfs.File) error {
		_, err := open.WriteAt([]byte("new!"), 2)
		return err
	},
	fault.Fsync:     func(_ *faultfs.Disk, open, _ *faultfs.File) error { return open.Sync() },
	fault.Fdatasync: func(_ *faultfs.Disk, open, _ *faultfs.File) error { return open.SyncData() },
	fault.FsyncDir:  func(_ *faultfs.Disk, _, dir *faultfs.File) error { return dir.Sync() },
	fault.Truncate:  func(_ *faultfs.Disk, open, _ *faultfs.File) error { return open.Truncate(1) },
	fault.Rename:    func(d *faultfs.Disk, _, _ *faultfs.File) error { return d.Rename("f", "g") },
	fault.Remove:    func(d *faultfs.Disk, _, _ *faultfs.File) error { return d.Remove("f") },
	fault.Mkdir:     func(d *faultfs.Disk, _, _ *faultfs.File) error { return d.Mkdir("new", 0o755) },
	fault.ReadDir: func(_ *faultfs.Disk, _, dir *faultfs.File) error {
		_, err := dir.Readdirnames(-1)
		return err
	},
	fault.Close:     func(_ *faultfs.Disk, open, _ *faultfs.File) error { return open.Close() },
	fault.Fallocate: func(_ *faultfs.Disk, open, _ *faultfs.File) error { return open.Preallocate(0, 8) },
}

// looks are the calls that have no event if they go well.
var looks = map[fault.Call]bool{fault.Open: true, fault.Read: true, fault.ReadDir: true, fault.Close: true}

// TestEveryCallFails: each call fails with each error that it can say, with what it was to
// do done and not done; the journal has the fault, and what the call did before it.
func TestEveryCallFails(t *testing.T) {
	for _, call := range fault.Calls() {
		for _, e := range fault.Errors() {
			for _, lands := range []bool{false, true} {
				f := fault.Fault{Call: call, Nth: 1, Error: e, Times: 1, Lands: lands}
				if f.Check() == nil {
					t.Run(f.String(), func(t *testing.T) { checkFails(t, f) })
				}
			}
		}
	}
}

func checkFails(t *testing.T, f fault.Fault) {
	d := faultfs.NewDisk(faultfs.Config{})
	must(t, afero.WriteFile(d, "f", []byte("old"), 0o644))
	must(t, d.Mkdir("d", 0o755))
	open, err := d.OpenFile("f", os.O_RDWR, 0)
	must(t, err)
	dir, err := d.Open("d")
	must(t, err)
	before := len(d.Journal().Events)
	must(t, d.Arm(f))
	d.Invoke(7)
	err = failing[f.Call](d, open.(*faultfs.File), dir.(*faultfs.File))
	again := f.Error == fault.EINTR && f.Call != fault.Close // by package os
	if fails := errors.Is(err, fault.ErrInjected) && errors.Is(err, f.Error.Errno()); fails == again {
		t.Errorf("got %v", err)
	}
	if got := d.Faults(); got[0].Fired != 1 || got[0].Matched != 1 {
		t.Errorf("got the counts %v", got)
	}
	j := d.Journal()
	own, faults := 0, 0
	for _, e := range j.Events[before+1:] {
		switch {
		case !e.IsFault():
			own++
		case e.Failed != f.Call || e.Error != f.Error || e.Lands != f.Lands || e.Call != 7 || len(j.Frames(e.Stack)) == 0:
			t.Errorf("got the event %+v", e)
		default:
			faults++
		}
	}
	want := 0
	if (f.Lands || again || f.Error == fault.ShortWrite) && !looks[f.Call] {
		want = 1
	}
	if faults != 1 || own != want {
		t.Errorf("got %d faults and %d other events, want 1 and %d: %v", faults, own, want, j.Events[before:])
	}
	if got, want := faultfs.Resume(faultfs.Config{}, j).Image().Hash(), d.Image().Hash(); got != want {
		t.Error("a disk that is resumed holds something else")
	}
}

// TestArmedWhileItRuns: a fault counts from when the disk has it, a kill keeps it, and one
// that cannot be is refused.
func TestArmedWhileItRuns(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{})
	write := func() error { return afero.WriteFile(d, "f", []byte("x"), 0o644) }
	must(t, write())
	if err := d.Arm(fault.Fault{Call: fault.Write, Nth: 1, Error: fault.EMFILE}); !errors.Is(err, fault.ErrText) {
		t.Errorf("got %v, want ErrText", err)
	}
	must(t, d.Arm(fault.Fault{Call: fault.Write, Nth: 2, Times: 2}))
	must(t, write())
	resumed := faultfs.Resume(faultfs.Config{}, d.Journal())
	d = d.Kill()
	if err := write(); !errors.Is(err, fault.ErrInjected) {
		t.Errorf("the second write after the fault came: got %v", err)
	}
	d = resumed
	if err := write(); !errors.Is(err, fault.ErrInjected) {
		t.Errorf("the second write, on a disk that was resumed: got %v", err)
	}
	if early := faultfs.Resume(faultfs.Config{}, d.Journal().Until(1)); len(early.Faults()) != 0 {
		t.Errorf("before the fault came: got %v", early.Faults())
	}
}

// TestSpace: how much a full disk takes, and when there is space again.
func TestSpace(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{})
	must(t, afero.WriteFile(d, "f", make([]byte, 100), 0o644))
	open, err := d.OpenFile("f", os.O_RDWR, 0)
	must(t, err)
	f := open.(*faultfs.File)
	must(t, f.Preallocate(0, 150))
	d.LimitSpace(30)
	check := func(what string, got int, err error, want int) {
		t.Helper()
		if failed := errors.Is(err, fault.ENOSPC.Errno()) && errors.Is(err, fault.ErrInjected); got != want || !failed && err != nil || failed == (want == 100) {
			t.Errorf("%s: got %d, %v, want %d", what, got, err, want)
		}
	}
	n, err := f.WriteAt(make([]byte, 100), 50)
	check("within what was preallocated", n, err, 100)
	n, err = f.WriteAt(make([]byte, 100), 140)
	check("beyond it", n, err, 40)
	n, err = f.WriteAt(make([]byte, 100), 500)
	check("when it is full", n, err, 0)
	check("create when it is full", 0, afero.WriteFile(d, "g", nil, 0o644), 0)
	check("mkdir when it is full", 0, d.Mkdir("g", 0o755), 0)
	check("fallocate when it is full", 0, f.Preallocate(0, 181), 0)
	must(t, f.Preallocate(0, 180))
	for name, next := range map[string]*faultfs.Disk{"resumed": faultfs.Resume(faultfs.Config{}, d.Journal()), "running": d} {
		if got, want := next.Space(), (faultfs.Space{Limited: true, Refused: 5}); got != want {
			t.Errorf("%s: got %+v, want %+v", name, got, want)
		}
	}
	d.LiftSpace()
	n, err = f.WriteAt(make([]byte, 100), 500)
	check("when there is space again", n, err, 100)
	if got := faultfs.Resume(faultfs.Config{}, d.Journal()).Space(); got.Limited || got.Refused != 5 {
		t.Errorf("resumed when there is space again: got %+v", got)
	}
}

// TestStuckSync: a sync that is stuck lets others go on, covers what was written before,
// and ends when the disk says so or its process is killed.
func TestStuckSync(t *testing.T) {
	for _, killed := range []bool{false, true} {
		d := faultfs.NewDisk(faultfs.Config{Faults: []fault.Fault{{Call: fault.Fsync, Nth: 1, Error: fault.Stuck, Times: 1}}})
		open, err := d.Create("f")
		must(t, err)
		ended := make(chan error)
		go func() { ended <- open.Sync() }()
		for d.StuckSyncs() == 0 {
			runtime.Gosched()
		}
		_, err = open.WriteAt([]byte("x"), 0)
		must(t, err)
		_, err = open.ReadAt(make([]byte, 1), 0)
		must(t, err)
		next := d
		if killed {
			next = d.Kill()
		} else {
			d.Release()
		}
		must(t, <-ended)
		if d.StuckSyncs() != 0 || next.StuckSyncs() != 0 {
			t.Error("the sync ended, and is stuck")
		}
		events := next.Journal().Events
		last := events[len(events)-1]
		if killed && last.Kind != journal.EventKill || !killed && (last.Kind != journal.EventSync || last.During != 3) {
			t.Errorf("killed %v: got %v", killed, events)
		}
	}
}
