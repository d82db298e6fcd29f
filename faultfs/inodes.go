// Package inodes is a disk by inode number, as a kernel asks for it.
package faultfs

import (
	"io/fs"
	"syscall"
)

// Inodes is a disk for a server that a kernel asks: it names files by number. Its
// methods do and journal what their twins by path do, under the path by which the
// inode was last made, looked up or moved. Their errors are a bare
// [syscall.Errno], or a fault's. A number that the disk never gave out is ESTALE;
// numbers of removed files stay good. It is safe for use by many goroutines.
type Inodes struct{ vol *volume }

// Attr describes an inode.
type Attr struct {
	Ino Ino
	// Type is 0 for a file, fs.ModeDir or fs.ModeSymlink.
	Type fs.FileMode
	// Perm are the permission bits.
	Perm fs.FileMode
	// SizeBytes is the length of a file, or of a symbolic link's target; a
	// directory has none.
	SizeBytes int64
	// Links is the number of a file's names. A directory has 1 while it is there,
	// as on btrfs: its subdirectories are not counted.
	Links int
	// Time is the number of the change that it saw last.
	Time int64
}

// Dirent is a name in a directory.
type Dirent struct {
	Name string
	Ino  Ino
	// Type is as in [Attr].
	Type fs.FileMode
}

// onInode calls do for an inode that is there, with the lock held for writing.
func (s *Inodes) onInode(ino Ino, do func(n *node) error) error {
	s.vol.Lock()
	defer s.vol.Unlock()
	n, err := s.inode(ino)
	if err != nil {
		return err
	}
	return do(n)
}

// onFile is onInode for a regular file: EISDIR for a directory, EINVAL for a
// symbolic link. It passes the path on that the journal shows.
func (s *Inodes) onFile(ino Ino, do func(n *node, path string) error) error {
	return s.onInode(ino, func(n *node) error {
		switch {
		case n.isDir:
			return syscall.EISDIR
		case n.target != "":
			return syscall.EINVAL
		}
		return do(n, s.vol.pathOf(ino))
	})
}

// inDir calls do for the place of a name in a directory that is still there, with
// the lock held for writing: ENOTDIR, ENAMETOOLONG, EINVAL, ENOENT.
func (s *Inodes) inDir(dir Ino, name string, do func(at place) error) error {
	return s.onInode(dir, func(*node) error {
		at, err := s.placeIn(dir, name)
		if err != nil {
			return err
		}
		return do(at)
	})
}

func (s *Inodes) placeIn(dir Ino, name string) (place, error) {
	n, err := s.inode(dir)
	switch {
	case err != nil:
		return place{}, err
	case !n.isDir:
		return place{}, syscall.ENOTDIR
	case len(name) > nameBytesMax:
		return place{}, syscall.ENAMETOOLONG
	case !isName(name):
		return place{}, syscall.EINVAL
	case n.removed:
		return place{}, syscall.ENOENT
	}
	return place{dir, name, s.vol.pathIn(dir, name)}, nil
}

// inode returns the inode for reading, or ESTALE.
func (s *Inodes) inode(ino Ino) (*node, error) {
	if ino < RootIno || int(ino) >= len(s.vol.tree.nodes) {
		return nil, syscall.ESTALE
	}
	return s.vol.tree.at(ino), nil
}

// attr describes an inode that is there. The lock is held for writing.
func (s *Inodes) attr(ino Ino) Attr {
	n := s.vol.tree.at(ino)
	return Attr{Ino: ino, Type: n.fileType(), Perm: n.mode, SizeBytes: n.length(), Links: s.vol.links(ino), Time: n.mtime}
}

// Attr describes the inode.
func (s *Inodes) Attr(ino Ino) (a Attr, err error) {
	err = s.onInode(ino, func(*node) error {
		a = s.attr(ino)
		return nil
	})
	return a, err
}

// Lookup describes what name means in the directory: ENOENT where it means
// nothing, ENOTDIR, ENAMETOOLONG.
func (s *Inodes) Lookup(dir Ino, name string) (a Attr, err error) {
	err = s.inDir(dir, name, func(at place) error {
		ino := s.vol.tree.lookup(dir, name)
		if ino == 0 {
			return syscall.ENOENT
		}
		s.vol.seenAt(ino, dir, name)
		a = s.attr(ino)
		return nil
	})
	return a, err
}

// List returns the names in the directory, in their order; none for one that was
// removed. ENOTDIR for a file.
func (s *Inodes) List(dir Ino) ([]Dirent, error) {
	s.vol.RLock()
	defer s.vol.RUnlock()
	n, err := s.inode(dir)
	switch {
	case err != nil:
		return nil, err
	case !n.isDir:
		return nil, syscall.ENOTDIR
	}
	out := make([]Dirent, len(n.names))
	for i, e := range n.names {
		out[i] = Dirent{e.name, e.ino, s.vol.tree.at(e.ino).fileType()}
	}
	return out, nil
}

// Readlink returns the target of a symbolic link: EINVAL for anything else.
func (s *Inodes) Readlink(ino Ino) (string, error) {
	s.vol.RLock()
	defer s.vol.RUnlock()
	n, err := s.inode(ino)
	switch {
	case err != nil:
		return "", err
	case n.target == "":
		return "", syscall.EINVAL
	}
	return n.target, nil
}
