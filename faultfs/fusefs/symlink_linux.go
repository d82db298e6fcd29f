package fusefs

import "github.com/hanwen/go-fuse/v2/fuse"

// Symlink makes a symbolic link.
func (f *fileSystem) Symlink(_ <-chan struct{}, in *fuse.InHeader, target, name string, out *fuse.EntryOut) fuse.Status {
	return f.on(in.NodeId, func(at inode) error {
		a, err := at.disk.Symlink(at.ino, name, target)
		return f.made(in, at, a, err, out)
	})
}

// Readlink returns where a symbolic link leads.
func (f *fileSystem) Readlink(_ <-chan struct{}, in *fuse.InHeader) (target []byte, status fuse.Status) {
	status = f.on(in.NodeId, func(at inode) error {
		text, err := at.disk.Readlink(at.ino)
		target = []byte(text)
		return err
	})
	return target, status
}
