//go:build linux

package fusefs_test

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/fusefs"
)

// doFail uses a disk whose second sync of a fails, and where b has no space.
func doFail(o order) ([]string, error) {
	h := &hand{dir: o.Dir}
	before, after := strings.Repeat("x", 4096), strings.Repeat("y", 4096)
	fd := h.make("a", before)
	h.must("fsync", unix.Fsync(fd))
	h.pwrite(fd, after, 0)
	h.reads(fd, after) // from the kernel's cache
	h.refused("fsync", unix.Fsync(fd), unix.EIO)
	h.reads(fd, before)
	h.must("fsync", unix.Fsync(fd))
	full := h.make("b", "")
	_, err := unix.Pwrite(full, []byte("z"), 0)
	h.refused("pwrite", err, unix.ENOSPC)
	h.reads(full, "")
	h.close(fd, full)
	return nil, h.err
}

// TestFaults: an injected error is what the process gets, and after a failed sync
// it reads what the disk has, not what the kernel cached.
func TestFaults(t *testing.T) {
	p := start(t, fusefs.Options{})
	disk := faultfs.NewDisk(faultfs.Config{NoStacks: true, SyncFailure: fault.SyncFailureRevert, Faults: []fault.Fault{
		{Call: fault.Fsync, Nth: 2, Path: "a", Times: 1},
		{Call: fault.Write, Nth: 1, Path: "b", Error: fault.ENOSPC},
	}})
	_, dir := p.attach(disk)
	p.do(t, order{Do: "fail", Dir: dir})
}
