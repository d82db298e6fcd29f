//go:build linux

package fusefs_test

import (
	"fmt"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/fusefs"
)

// arm adds a fault to a disk.
func arm(t *testing.T, d *faultfs.Disk, text string) {
	t.Helper()
	f, err := fault.Parse(text)
	if err == nil {
		err = d.Arm(f)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// says wants what an order says, or its error.
func (p *place) says(t *testing.T, do, want string) {
	t.Helper()
	lines, err := p.ask(order{Do: do})
	got := fmt.Sprint(lines)
	if err != nil {
		got = err.Error()
	}
	if got != want {
		t.Errorf("%s: got %s, want %s", do, got, want)
	}
}

// TestReadFailsOnceCacheIsDropped: what the kernel has cached hides that a read fails; once
// it has forgotten that, the process is told.
func TestReadFailsOnceCacheIsDropped(t *testing.T) {
	p, disk := start(t, fusefs.Options{}), newDisk()
	name, dir := p.attach(disk)
	p.do(t, order{Do: "use", Dir: dir, Text: "keep"})
	p.says(t, "read kept", "[<nil>]")
	arm(t, disk, "read 1 path=0")
	p.says(t, "read kept", "[<nil>]")
	p.server.DropCache(name)
	disk.Invoke(1)
	p.says(t, "read kept", fmt.Sprintf("[%v]", unix.EIO))
	disk.Return(1)
	p.says(t, "read kept", "[<nil>]")
}

// TestPageInFails: a page that cannot be read for a mapping is a SIGBUS, once: the kernel, which
// reads ahead, asks again for the page alone, and that is the same read.
func TestPageInFails(t *testing.T) {
	p, disk := start(t, fusefs.Options{}), newDisk()
	name, dir := p.attach(disk)
	p.do(t, order{Do: "map", Dir: dir})
	p.do(t, order{Do: "store", Text: "hello"})
	arm(t, disk, "read 1")
	p.says(t, "load", "[hello]")
	p.server.DropCache(name)
	disk.Invoke(1)
	p.says(t, "load", "SIGBUS")
	disk.Return(1)
	p.says(t, "load", "[hello]")
	if fired := disk.Faults()[0].Fired; fired != 1 {
		t.Errorf("the fault fired %d times", fired)
	}
}

// TestMsyncFailsOnce: a page that could not be written back is an error of the next msync.
// Then the page counts as clean: the next msync is silent and writes nothing, the process
// reads its store for as long as the page is cached, and the disk never has it.
func TestMsyncFailsOnce(t *testing.T) {
	p, disk := start(t, fusefs.Options{}), newDisk()
	name, dir := p.attach(disk)
	p.do(t, order{Do: "map", Dir: dir, Text: "open"})
	p.do(t, order{Do: "store", Text: "first"})
	p.says(t, "msync", "[]")
	arm(t, disk, "write 1")
	p.do(t, order{Do: "store", Text: "other"})
	p.says(t, "msync", unix.EIO.Error())
	p.says(t, "msync", "[]")
	p.says(t, "load", "[other]")
	p.server.DropCache(name)
	p.says(t, "load", "[first]")
}

// TestMsyncOfPart: a page that was written back in part is an error of msync, which has no
// count to tell.
func TestMsyncOfPart(t *testing.T) {
	p, disk := start(t, fusefs.Options{}), newDisk()
	_, dir := p.attach(disk)
	arm(t, disk, "write 1 error=short")
	p.do(t, order{Do: "map", Dir: dir, Text: "open"})
	p.do(t, order{Do: "store", Text: "hello"})
	p.says(t, "msync", unix.ENOSPC.Error())
	p.says(t, "msync", "[]")
}

// TestSyncOfMsyncFails: the sync of an msync may fail too, after the stores were written.
func TestSyncOfMsyncFails(t *testing.T) {
	p, disk := start(t, fusefs.Options{}), newDisk()
	_, dir := p.attach(disk)
	p.do(t, order{Do: "map", Dir: dir, Text: "open"})
	arm(t, disk, "fdatasync 1")
	p.do(t, order{Do: "store", Text: "hello"})
	p.says(t, "msync", unix.EIO.Error())
	p.says(t, "msync", "[]")
	p.says(t, "load", "[hello]")
}
