package fusefs

import (
	"io/fs"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fuse"
	"golang.org/x/sys/unix"

	"github.com/ackproof/ackproof/faultfs/internal/inodes"
	"github.com/ackproof/ackproof/faultfs/internal/volume"
)

// Create makes a file and opens it. The kernel holds the directory and has looked,
// so a name that is taken is refused whatever the flags.
func (f *fileSystem) Create(_ <-chan struct{}, in *fuse.CreateIn, name string, out *fuse.CreateOut) fuse.Status {
	return f.on(in.NodeId, func(at inode) error {
		a, err := at.disk.Create(at.ino, name, fs.FileMode(in.Mode).Perm())
		return f.created(in, at, a, err, out)
	})
}

// Tmpfile makes a file without a name and opens it.
func (f *fileSystem) Tmpfile(_ <-chan struct{}, in *fuse.CreateIn, out *fuse.CreateOut) fuse.Status {
	return f.on(in.NodeId, func(at inode) error {
		a, err := at.disk.CreateUnnamed(fs.FileMode(in.Mode).Perm())
		return f.created(in, at, a, err, out)
	})
}

func (f *fileSystem) created(in *fuse.CreateIn, at inode, a inodes.Attr, err error, out *fuse.CreateOut) error {
	if err == nil {
		f.entry(&in.InHeader, at.number, a, &out.EntryOut)
		f.opened(at, out.NodeId, in.Flags, &volume.Handle{}, &out.OpenOut)
	}
	return err
}

// opened answers with an open file. What the kernel cached of it stays right, but where calls
// may fail it is forgotten: a read of the cache never fails.
func (f *fileSystem) opened(at inode, node uint64, flags uint32, h *volume.Handle, out *fuse.OpenOut) {
	out.Fh = f.open.add(at.number, node, flags, h)
	if !at.disk.HasFaults() {
		out.OpenFlags = fuse.FOPEN_KEEP_CACHE
	}
}

// Open opens a file. O_TRUNC comes as a request of its own.
func (f *fileSystem) Open(_ <-chan struct{}, in *fuse.OpenIn, out *fuse.OpenOut) fuse.Status {
	return f.on(in.NodeId, func(at inode) error {
		h, err := at.disk.Open(at.ino)
		if err == nil {
			f.opened(at, in.NodeId, in.Flags, h, out)
		}
		return err
	})
}

func (f *fileSystem) Release(_ <-chan struct{}, in *fuse.ReleaseIn) { f.open.remove(in.Fh) }

// Flush answers a close: the kernel asks at each, and has written mapped pages before.
func (f *fileSystem) Flush(_ <-chan struct{}, in *fuse.FlushIn) fuse.Status {
	if diskOf(in.NodeId) == 0 {
		return fuse.OK
	}
	return f.on(in.NodeId, func(at inode) error { return at.disk.Close(at.ino) })
}

func (f *fileSystem) Read(_ <-chan struct{}, in *fuse.ReadIn, buf []byte) (fuse.ReadResult, fuse.Status) {
	n := 0
	status := f.on(in.NodeId, func(at inode) (err error) {
		n, err = at.disk.Read(at.ino, buf, int64(in.Offset))
		return err
	})
	if !status.Ok() {
		return nil, status // the library takes any result for success
	}
	return fuse.ReadResultData(buf[:n]), status
}

// Write writes. The kernel has resolved O_APPEND, and after O_SYNC or O_DSYNC asks
// for the sync itself.
func (f *fileSystem) Write(_ <-chan struct{}, in *fuse.WriteIn, data []byte) (written uint32, status fuse.Status) {
	status = f.onData(in.NodeId, func(at inode) error {
		if in.WriteFlags&fuse.WRITE_CACHE == 0 {
			at.disk.DropSyncs(in.Pid) // who writes is in no sync
		}
		n, err := at.disk.Write(at.ino, data, int64(in.Offset), volume.SyncNone)
		written = uint32(n)
		return err
	})
	if in.WriteFlags&fuse.WRITE_CACHE != 0 && status.Ok() && int(written) < len(data) {
		// A kernel takes a page that it wrote back in part for one that it wrote, and nobody
		// hears of it: no file system of a disk does that to it.
		return 0, fuse.Status(syscall.ENOSPC)
	}
	return written, status
}

func (f *fileSystem) Fsync(interrupted <-chan struct{}, in *fuse.FsyncIn) fuse.Status {
	return f.sync(interrupted, in)
}

func (f *fileSystem) sync(interrupted <-chan struct{}, in *fuse.FsyncIn) fuse.Status {
	const dataOnly = 1
	var stuck *volume.Stuck
	status := f.on(in.NodeId, func(at inode) (err error) {
		stuck, err = at.disk.TrySync(at.ino, in.FsyncFlags&dataOnly != 0, in.Pid, f.open.opening(in.Fh))
		return err
	})
	if stuck != nil {
		return f.awaitRelease(interrupted, in.NodeId, stuck)
	}
	if !status.Ok() {
		// A sync that failed may have changed what is to be read.
		f.invalidate(in.NodeId)
	}
	return status
}

// awaitRelease answers a sync that is stuck, once it is so no longer. A signal interrupts
// it: it may have killed the process. Others use the disk meanwhile, or detach it.
func (f *fileSystem) awaitRelease(interrupted <-chan struct{}, node uint64, stuck *volume.Stuck) fuse.Status {
	f.mu.RLock()
	gone, attached := f.gone[diskOf(node)]
	f.mu.RUnlock()
	if !attached {
		return fuse.Status(syscall.ESTALE)
	}
	end := (*inodes.View).Finish
	status := fuse.OK
	select {
	case <-stuck.Released:
	case <-interrupted:
		end, status = (*inodes.View).Drop, fuse.EINTR
	case <-gone:
	}
	ended := f.on(node, func(at inode) error {
		end(at.disk, stuck)
		return nil
	})
	if !ended.Ok() {
		return ended
	}
	return status
}

// Fallocate reserves space or makes zeros.
func (f *fileSystem) Fallocate(_ <-chan struct{}, in *fuse.FallocateIn) fuse.Status {
	mode, ok := allocateModes[in.Mode]
	if !ok {
		return fuse.Status(syscall.EOPNOTSUPP)
	}
	return f.onData(in.NodeId, func(at inode) error {
		return at.disk.Allocate(at.ino, mode, int64(in.Offset), int64(in.Length))
	})
}

// allocateModes are what modes of fallocate mean to a disk.
var allocateModes = map[uint32]volume.AllocateMode{
	0:                         volume.AllocateExtend,
	unix.FALLOC_FL_KEEP_SIZE:  volume.AllocateKeepSize,
	unix.FALLOC_FL_ZERO_RANGE: volume.AllocateZeroExtend,

	unix.FALLOC_FL_PUNCH_HOLE | unix.FALLOC_FL_KEEP_SIZE: volume.AllocateZero,
	unix.FALLOC_FL_ZERO_RANGE | unix.FALLOC_FL_KEEP_SIZE: volume.AllocateZero,
}
