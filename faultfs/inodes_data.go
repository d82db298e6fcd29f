package faultfs

import (
	"io/fs"
	"syscall"
)

// Read reads from off on into p; fewer bytes than len(p) where the file ends.
func (s *Inodes) Read(ino Ino, p []byte, off int64) (int, error) {
	s.vol.RLock()
	defer s.vol.RUnlock()
	n, err := s.inode(ino)
	switch {
	case err != nil:
		return 0, err
	case n.isDir:
		return 0, syscall.EISDIR
	case n.target != "" || off < 0:
		return 0, syscall.EINVAL
	}
	return n.read(p, off), nil
}

// Write writes p at off, all or nothing, and then syncs as after says.
func (s *Inodes) Write(ino Ino, p []byte, off int64, after WriteSync) (written int, err error) {
	err = s.onFile(ino, func(_ *node, path string) error {
		switch {
		case off < 0:
			return syscall.EINVAL
		case len(p) == 0:
			return nil
		}
		return s.vol.write(ino, path, p, off, after)
	})
	if err != nil {
		return 0, err
	}
	return len(p), nil
}

// Resize sets the file's size; where it grows it reads as zeros.
func (s *Inodes) Resize(ino Ino, size int64) error {
	return s.onFile(ino, func(_ *node, path string) error {
		if size < 0 {
			return syscall.EINVAL
		}
		return s.vol.resize(ino, path, size)
	})
}

// Allocate is fallocate. EOPNOTSUPP for AllocateZero of more than 64 MiB within
// the file.
func (s *Inodes) Allocate(ino Ino, mode AllocateMode, off, length int64) error {
	if off < 0 || length <= 0 {
		return syscall.EINVAL
	}
	return s.onFile(ino, func(_ *node, path string) error { return s.vol.allocate(ino, path, mode, off, length) })
}

// Chmod sets the permission bits. Crashes do not lose them. EOPNOTSUPP for a
// symbolic link.
func (s *Inodes) Chmod(ino Ino, perm fs.FileMode) error {
	return s.onInode(ino, func(n *node) error {
		if n.target != "" {
			return syscall.EOPNOTSUPP
		}
		s.vol.chmod(ino, s.vol.pathOf(ino), perm)
		return nil
	})
}

// Sync is fsync of a file or directory, or fdatasync if dataOnly: see
// [File.Sync]. EINVAL for a symbolic link.
func (s *Inodes) Sync(ino Ino, dataOnly bool) error {
	return s.onInode(ino, func(n *node) error {
		if n.target != "" {
			return syscall.EINVAL
		}
		kind := EventSync
		if dataOnly {
			kind = EventSyncData
		}
		return s.vol.sync(Event{Kind: kind, Ino: ino, Path: s.vol.pathOf(ino)})
	})
}
