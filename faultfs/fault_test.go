package faultfs_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"testing"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/litmus"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/spf13/afero"
)

// TestFaultsFire: which calls fail, with which error, and what is counted.
func TestFaultsFire(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{Faults: []fault.Fault{
		{Call: fault.Fsync, Nth: 2, Path: "*.log", Times: 1},
		{Call: fault.Fdatasync, Nth: 1, Path: "*.log", Times: 1},
		{Call: fault.Write, Nth: 1, Path: "/dir/broken"},
		{Call: fault.Write, Nth: 1, Path: "full", Error: fault.ENOSPC},
		{Call: fault.Fsync, Nth: 1, Path: "never"},
	}})
	must(t, d.Mkdir("dir", 0o755))
	open := func(name string, flag int) *faultfs.File {
		f, err := d.OpenFile(name, flag|os.O_CREATE|os.O_RDWR, 0o644)
		must(t, err)
		return f.(*faultfs.File)
	}
	log := open("dir/a.log", 0)
	for i, fails := range []bool{false, true, true, false} { // the third one is fdatasync
		_, err := log.Write([]byte("x"))
		must(t, err)
		sync := log.Sync
		if i == 2 {
			sync = log.SyncData
		}
		checkFault(t, fmt.Sprint("sync ", i), sync(), fails, syscall.EIO)
	}
	_, err := open("dir/broken", 0).Write([]byte("x"))
	checkFault(t, "write", err, true, syscall.EIO)
	_, err = open("broken", 0).Write([]byte("x"))
	checkFault(t, "write elsewhere", err, false, 0)
	_, err = open("full", 0).WriteAt([]byte("x"), 9)
	checkFault(t, "write without space", err, true, syscall.ENOSPC)

	want := "[{fsync 2 path=*.log 3 1} {fdatasync 1 path=*.log 1 1} {write 1 path=/dir/broken times=all 1 1} " +
		"{write 1 path=full error=ENOSPC times=all 1 1} {fsync 1 path=never times=all 0 0}]"
	if got := fmt.Sprint(d.Faults()); got != want {
		t.Errorf("counts: got %s, want %s", got, want)
	}
	if got, want := litmus.Image(d.Image()), "broken=1x78 dir/ dir/a.log=4x78 dir/broken=0 full=0"; got != want {
		t.Errorf("got %s, want %s: a write that fails writes nothing", got, want)
	}
	next := d.Kill()
	if got := fmt.Sprint(next.Faults()); got != want || d.Faults() != nil {
		t.Errorf("after a kill: got %s, want %s, and none on the dead disk", got, want)
	}
	checkFault(t, "write after a kill", afero.WriteFile(next, "full", []byte("x"), 0o644), true, syscall.ENOSPC)
}

func checkFault(t *testing.T, call string, err error, fails bool, errno syscall.Errno) {
	t.Helper()
	var pathError *fs.PathError
	switch {
	case !fails && err != nil:
		t.Errorf("%s: %v", call, err)
	case fails && (!errors.Is(err, fault.ErrInjected) || !errors.Is(err, errno) || !errors.As(err, &pathError)):
		t.Errorf("%s: got %v, want an injected %v of a path", call, err, errno)
	}
}

// TestFailedSyncWrite: with O_SYNC the write fails, and its bytes are there.
func TestFailedSyncWrite(t *testing.T) {
	for flag, kind := range map[int]journal.EventKind{os.O_SYNC: journal.EventSync, syscall.O_DSYNC: journal.EventSyncData} {
		d := faultfs.NewDisk(faultfs.Config{Faults: []fault.Fault{
			{Call: fault.Fsync, Nth: 1, Path: "f", Times: 1}, {Call: fault.Fdatasync, Nth: 1, Path: "f", Times: 1},
		}})
		f, err := d.OpenFile("f", os.O_CREATE|os.O_WRONLY|flag, 0o644)
		must(t, err)
		_, err = f.WriteString("A")
		checkFault(t, "write", err, true, syscall.EIO)
		_, err = f.WriteString("B")
		must(t, err)
		if got, want := litmus.Image(d.Image()), "f=1B"; got != want {
			t.Errorf("got %s, want %s: a failed write leaves the offset", got, want)
		}
		events := d.Journal().Events
		if last := events[len(events)-1]; last.Kind != kind {
			t.Errorf("last event is %v, want %v", last, kind)
		}
	}
}

// TestSyncFailureOnDisk: what is read after a failed sync, and after another
// process took over.
func TestSyncFailureOnDisk(t *testing.T) {
	for rule, want := range map[fault.SyncFailure]string{
		fault.SyncFailureUnknown: "9000B", fault.SyncFailureClean: "9000B", fault.SyncFailureRevert: "5000A",
		fault.SyncFailureLost: "5000A+4000z",
	} {
		d := faultfs.NewDisk(faultfs.Config{SyncFailure: rule, Faults: []fault.Fault{{Call: fault.Fsync, Nth: 2, Path: "f", Times: 1}}})
		f, err := d.Create("f")
		must(t, err)
		write := func(letter byte, n int) {
			_, err := f.WriteAt(bytes.Repeat([]byte{letter}, n), 0)
			must(t, err)
		}
		write('A', 5000)
		must(t, f.Sync())
		write('B', 9000)
		checkFault(t, "sync", f.Sync(), true, syscall.EIO)
		for range 2 {
			if got := litmus.Image(d.Image()); got != "f="+want {
				t.Errorf("rule %d: reads %s, want %s", rule, got, want)
			}
			if got := litmus.Image(faultfs.Resume(faultfs.Config{}, d.Journal()).Image()); got != "f="+want {
				t.Errorf("rule %d: the journal leads to %s, want %s", rule, got, want)
			}
			d = d.Kill()
		}
	}
}
