package fusefs

import (
	"io/fs"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fuse"

	"github.com/ackproof/ackproof/faultfs/internal/volume"
)

func (f *fileSystem) GetAttr(_ <-chan struct{}, in *fuse.GetAttrIn, out *fuse.AttrOut) fuse.Status {
	out.SetTimeout(attrValid)
	if in.NodeId == fuse.FUSE_ROOT_ID {
		out.Attr = attributes(&in.InHeader, 0, rootAttr())
		return fuse.OK
	}
	return f.on(in.NodeId, func(at inode) error { return at.describe(&in.InHeader, out) })
}

func (at inode) describe(in *fuse.InHeader, out *fuse.AttrOut) error {
	a, err := at.disk.Attr(at.ino)
	out.Attr = attributes(in, at.number, a)
	return err
}

// SetAttr sets permissions and size. Owners and times are accepted and not kept.
func (f *fileSystem) SetAttr(_ <-chan struct{}, in *fuse.SetAttrIn, out *fuse.AttrOut) fuse.Status {
	out.SetTimeout(attrValid)
	return f.onData(in.NodeId, func(at inode) error {
		if mode, ok := in.GetMode(); ok {
			if err := at.disk.Chmod(at.ino, fs.FileMode(mode).Perm()); err != nil {
				return err
			}
		}
		if size, ok := in.GetSize(); ok {
			if err := at.disk.Resize(at.ino, int64(size)); err != nil {
				return err
			}
		}
		return at.describe(&in.InHeader, out)
	})
}

// Access allows everything but the execution of a file that nobody may execute.
func (f *fileSystem) Access(_ <-chan struct{}, in *fuse.AccessIn) fuse.Status {
	if in.NodeId == fuse.FUSE_ROOT_ID {
		return fuse.OK
	}
	return f.on(in.NodeId, func(at inode) error {
		a, err := at.disk.Attr(at.ino)
		if err == nil && in.Mask&fuse.X_OK != 0 && !a.Type.IsDir() && a.Perm&0o111 == 0 {
			return syscall.EACCES
		}
		return err
	})
}

// The space of a disk, and how many files there may be: see package sandbox.
const (
	SpaceBytes = volume.SpaceBytes
	FilesMax   = 1 << 20
)

// StatFs tells how much may still be written to the disk.
func (f *fileSystem) StatFs(_ <-chan struct{}, in *fuse.InHeader, out *fuse.StatfsOut) fuse.Status {
	const nameBytesMax = 255
	free := int64(SpaceBytes)
	if in.NodeId != fuse.FUSE_ROOT_ID {
		status := f.on(in.NodeId, func(at inode) error {
			free = at.disk.FreeBytes()
			return nil
		})
		if !status.Ok() {
			return status
		}
	}
	*out = fuse.StatfsOut{
		Bsize: blockBytes, Frsize: blockBytes,
		Blocks: SpaceBytes / blockBytes, Bfree: uint64(free) / blockBytes, Bavail: uint64(free) / blockBytes,
		Files: FilesMax, Ffree: FilesMax, NameLen: nameBytesMax,
	}
	return fuse.OK
}
