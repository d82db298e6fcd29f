package fusefs

import (
	"io/fs"
	"strconv"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fuse"
	"golang.org/x/sys/unix"

	"github.com/ackproof/ackproof/faultfs/internal/inodes"
	"github.com/ackproof/ackproof/faultfs/internal/volume"
	"github.com/ackproof/ackproof/faultfs/journal"
)

func (f *fileSystem) Lookup(_ <-chan struct{}, in *fuse.InHeader, name string, out *fuse.EntryOut) fuse.Status {
	if in.NodeId == fuse.FUSE_ROOT_ID {
		return f.lookupDisk(in, name, out)
	}
	return f.answer(in, in.NodeId, out, func(at inode) (inodes.Attr, error) { return at.disk.Lookup(at.ino, name) })
}

func (f *fileSystem) lookupDisk(in *fuse.InHeader, name string, out *fuse.EntryOut) fuse.Status {
	number, ok := f.attached(name)
	if !ok {
		return fuse.ENOENT
	}
	root := nodeOf(number, journal.RootIno)
	return f.answer(in, root, out, func(at inode) (inodes.Attr, error) { return at.disk.Attr(at.ino) })
}

// answer answers with what do finds or makes on a node's disk.
func (f *fileSystem) answer(in *fuse.InHeader, node uint64, out *fuse.EntryOut, do func(inode) (inodes.Attr, error)) fuse.Status {
	return f.on(node, func(at inode) error {
		a, err := do(at)
		if err == nil {
			f.entry(in, at.number, a, out)
		}
		return err
	})
}

func (f *fileSystem) Mkdir(_ <-chan struct{}, in *fuse.MkdirIn, name string, out *fuse.EntryOut) fuse.Status {
	return f.answer(&in.InHeader, in.NodeId, out, func(at inode) (inodes.Attr, error) {
		return at.disk.Mkdir(at.ino, name, fs.FileMode(in.Mode).Perm())
	})
}

// Mknod makes a file; a disk has no devices, pipes and sockets.
func (f *fileSystem) Mknod(_ <-chan struct{}, in *fuse.MknodIn, name string, out *fuse.EntryOut) fuse.Status {
	if in.Mode&syscall.S_IFMT != syscall.S_IFREG {
		return fuse.EPERM
	}
	return f.answer(&in.InHeader, in.NodeId, out, func(at inode) (inodes.Attr, error) {
		return at.disk.Create(at.ino, name, fs.FileMode(in.Mode).Perm())
	})
}

func (f *fileSystem) Unlink(_ <-chan struct{}, in *fuse.InHeader, name string) fuse.Status {
	return f.on(in.NodeId, func(at inode) error { return at.disk.Remove(at.ino, name, false) })
}

func (f *fileSystem) Rmdir(_ <-chan struct{}, in *fuse.InHeader, name string) fuse.Status {
	return f.on(in.NodeId, func(at inode) error { return at.disk.Remove(at.ino, name, true) })
}

// Rename moves a name within a disk.
func (f *fileSystem) Rename(_ <-chan struct{}, in *fuse.RenameIn, oldName, newName string) fuse.Status {
	var mode inodes.RenameMode
	switch in.Flags {
	case 0:
	case unix.RENAME_NOREPLACE:
		mode = inodes.RenameNoReplace
	case unix.RENAME_EXCHANGE:
		mode = inodes.RenameExchange
	default:
		return fuse.EINVAL
	}
	if diskOf(in.NodeId) != diskOf(in.Newdir) {
		return fuse.EXDEV
	}
	return f.on(in.NodeId, func(at inode) error {
		return at.disk.Rename(at.ino, oldName, journal.Ino(in.Newdir), newName, mode)
	})
}

// Link gives a file a further name on the same disk.
func (f *fileSystem) Link(_ <-chan struct{}, in *fuse.LinkIn, name string, out *fuse.EntryOut) fuse.Status {
	if diskOf(in.NodeId) != diskOf(in.Oldnodeid) {
		return fuse.EXDEV
	}
	return f.answer(&in.InHeader, in.NodeId, out, func(at inode) (inodes.Attr, error) {
		return at.disk.Link(journal.Ino(in.Oldnodeid), at.ino, name)
	})
}

func (f *fileSystem) Symlink(_ <-chan struct{}, in *fuse.InHeader, target, name string, out *fuse.EntryOut) fuse.Status {
	return f.answer(in, in.NodeId, out, func(at inode) (inodes.Attr, error) { return at.disk.Symlink(at.ino, name, target) })
}

func (f *fileSystem) Readlink(_ <-chan struct{}, in *fuse.InHeader) (target []byte, status fuse.Status) {
	status = f.on(in.NodeId, func(at inode) error {
		text, err := at.disk.Readlink(at.ino)
		target = []byte(text)
		return err
	})
	return target, status
}

func (f *fileSystem) OpenDir(_ <-chan struct{}, in *fuse.OpenIn, out *fuse.OpenOut) fuse.Status {
	var h *volume.Handle
	if in.NodeId != fuse.FUSE_ROOT_ID {
		status := f.on(in.NodeId, func(at inode) (err error) {
			h, err = at.disk.Open(at.ino)
			return err
		})
		if !status.Ok() {
			return status
		}
	}
	out.Fh = f.open.add(diskOf(in.NodeId), in.NodeId, in.Flags, h)
	return fuse.OK
}

func (f *fileSystem) ReleaseDir(in *fuse.ReleaseIn) { f.open.remove(in.Fh) }

// ReadDir returns names from an offset on. What is read after the beginning is
// from when the beginning was read, so that names that go meanwhile move no others.
func (f *fileSystem) ReadDir(_ <-chan struct{}, in *fuse.ReadIn, out *fuse.DirEntryList) fuse.Status {
	if in.Offset == 0 {
		list, status := f.list(in.NodeId)
		if !status.Ok() {
			return status
		}
		f.open.setList(in.Fh, list)
	}
	list := f.open.list(in.Fh)
	for i := in.Offset; i < uint64(len(list)); i++ {
		list[i].Off = i + 1
		if !out.AddDirEntry(list[i]) {
			break
		}
	}
	return fuse.OK
}

func (f *fileSystem) list(node uint64) ([]fuse.DirEntry, fuse.Status) {
	list := []fuse.DirEntry{
		{Name: ".", Ino: node, Mode: syscall.S_IFDIR},
		{Name: "..", Mode: syscall.S_IFDIR},
	}
	if node == fuse.FUSE_ROOT_ID {
		for _, n := range f.numbers() {
			name := strconv.FormatUint(uint64(n), 10)
			list = append(list, fuse.DirEntry{Name: name, Ino: nodeOf(n, journal.RootIno), Mode: syscall.S_IFDIR})
		}
		return list, fuse.OK
	}
	status := f.on(node, func(at inode) error {
		names, err := at.disk.List(at.ino)
		for _, n := range names {
			list = append(list, fuse.DirEntry{Name: n.Name, Ino: nodeOf(at.number, n.Ino), Mode: modeBits(n.Type)})
		}
		return err
	})
	return list, status
}

func (f *fileSystem) FsyncDir(interrupted <-chan struct{}, in *fuse.FsyncIn) fuse.Status {
	return f.sync(interrupted, in)
}
