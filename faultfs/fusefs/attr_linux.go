package fusefs

import (
	"io/fs"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fuse"
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
	return f.on(in.NodeId, func(at inode) error {
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

// StatFs tells of plenty of space: as much as the longest file takes.
func (f *fileSystem) StatFs(_ <-chan struct{}, _ *fuse.InHeader, out *fuse.StatfsOut) fuse.Status {
	const spaceBytes, filesMax, nameBytesMax = 64 << 30, 1 << 20, 255
	*out = fuse.StatfsOut{
		Bsize: blockBytes, Frsize: blockBytes,
		Blocks: spaceBytes / blockBytes, Bfree: spaceBytes / blockBytes, Bavail: spaceBytes / blockBytes,
		Files: filesMax, Ffree: filesMax, NameLen: nameBytesMax,
	}
	return fuse.OK
}
