package faultfs

import (
	"io/fs"
	"syscall"
)

// RenameMode says what a rename does with a name that is there.
type RenameMode uint8

const (
	// RenameOver replaces a file, or an empty directory by a directory, as
	// rename(2) does.
	RenameOver RenameMode = iota
	// RenameNoReplace fails with EEXIST (RENAME_NOREPLACE).
	RenameNoReplace
	// RenameExchange gives each name what the other one means
	// (RENAME_EXCHANGE).
	RenameExchange
)

// Create makes an empty file: EEXIST where the name is taken.
func (s *Inodes) Create(dir Ino, name string, perm fs.FileMode) (Attr, error) {
	return s.create(dir, name, EventCreate, perm)
}

// Mkdir makes a directory: EEXIST where the name is taken.
func (s *Inodes) Mkdir(dir Ino, name string, perm fs.FileMode) (Attr, error) {
	return s.create(dir, name, EventMkdir, perm)
}

func (s *Inodes) create(dir Ino, name string, kind EventKind, perm fs.FileMode) (Attr, error) {
	return s.add(dir, name, func(at place) (Ino, error) {
		if s.vol.tree.lookup(dir, name) != 0 {
			return 0, syscall.EEXIST
		}
		return s.vol.create(at, kind, perm), nil
	})
}

// add describes the inode that act makes, or gives a name, in a directory.
func (s *Inodes) add(dir Ino, name string, act func(at place) (Ino, error)) (a Attr, err error) {
	err = s.inDir(dir, name, func(at place) error {
		ino, err := act(at)
		if err == nil {
			a = s.attr(ino)
		}
		return err
	})
	return a, err
}

// CreateUnnamed makes an empty file without a name, as O_TMPFILE does. Until
// [Inodes.Link] gives it one every crash loses it.
func (s *Inodes) CreateUnnamed(perm fs.FileMode) (Attr, error) {
	s.vol.Lock()
	defer s.vol.Unlock()
	return s.attr(s.vol.createUnnamed(perm)), nil
}

// Symlink makes a symbolic link: EEXIST where the name is taken, ENOENT for an
// empty target, ENAMETOOLONG for one of more than 4095 bytes.
func (s *Inodes) Symlink(dir Ino, name, target string) (Attr, error) {
	if err := checkTarget(target); err != nil {
		return Attr{}, err
	}
	return s.add(dir, name, func(at place) (Ino, error) { return s.vol.symlink(at, target) })
}

// Link gives the file a further name: EPERM for a directory, ENOENT for a file
// whose last name is gone.
func (s *Inodes) Link(ino, dir Ino, name string) (Attr, error) {
	return s.add(dir, name, func(at place) (Ino, error) {
		if _, err := s.inode(ino); err != nil {
			return 0, err
		}
		if s.vol.tree.lookup(dir, name) == 0 && s.vol.isGone(ino) {
			return 0, syscall.ENOENT
		}
		return ino, s.vol.link(ino, s.vol.pathOf(ino), at)
	})
}

// Remove takes a name away: of a directory, which must be empty (ENOTDIR,
// ENOTEMPTY), or of anything else (EISDIR).
func (s *Inodes) Remove(dir Ino, name string, isDir bool) error {
	return s.inDir(dir, name, func(at place) error {
		switch ino := s.vol.tree.lookup(dir, name); {
		case ino == 0 || s.vol.tree.at(ino).isDir == isDir:
			return s.vol.remove(at)
		case isDir:
			return syscall.ENOTDIR
		default:
			return syscall.EISDIR
		}
	})
}

// Rename moves a name. Two names of one file stay as they are. Errors are those of
// rename(2).
func (s *Inodes) Rename(dir Ino, name string, toDir Ino, toName string, mode RenameMode) error {
	return s.inDir(dir, name, func(from place) error {
		to, err := s.placeIn(toDir, toName)
		switch {
		case err != nil:
			return err
		case mode == RenameExchange:
			return s.vol.exchange(from, to)
		case mode == RenameNoReplace && s.vol.tree.lookup(dir, name) != 0 && s.vol.tree.lookup(toDir, toName) != 0:
			return syscall.EEXIST
		}
		return s.vol.rename(from, to)
	})
}
