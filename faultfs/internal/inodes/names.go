package inodes

import (
	"io/fs"
	"syscall"

	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/journal"
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
func (s *View) Create(dir tree.Ino, name string, perm fs.FileMode) (Attr, error) {
	return s.create(dir, name, journal.EventCreate, perm)
}

// Mkdir makes a directory: EEXIST where the name is taken.
func (s *View) Mkdir(dir tree.Ino, name string, perm fs.FileMode) (Attr, error) {
	return s.create(dir, name, journal.EventMkdir, perm)
}

func (s *View) create(dir tree.Ino, name string, kind journal.EventKind, perm fs.FileMode) (Attr, error) {
	return s.add(dir, name, func(at tree.Place) (tree.Ino, error) {
		if s.vol.Tree.Lookup(dir, name) != 0 {
			return 0, syscall.EEXIST
		}
		return s.vol.Create(at, kind, perm, false)
	})
}

// add describes the inode that act makes, or gives a name, in a directory.
func (s *View) add(dir tree.Ino, name string, act func(at tree.Place) (tree.Ino, error)) (a Attr, err error) {
	err = s.inDir(dir, name, func(at tree.Place) error {
		ino, err := act(at)
		if err == nil {
			a = s.attr(ino)
		}
		return err
	})
	return a, err
}

// CreateUnnamed makes an empty file without a name, as O_TMPFILE does. Until
// [View.Link] gives it one every crash loses it.
func (s *View) CreateUnnamed(perm fs.FileMode) (Attr, error) {
	s.vol.Lock()
	defer s.vol.Unlock()
	ino, err := s.vol.CreateUnnamed(perm)
	if err != nil {
		return Attr{}, err
	}
	return s.attr(ino), nil
}

// Symlink makes a symbolic link: EEXIST where the name is taken, ENOENT for an
// empty target, ENAMETOOLONG for one of more than 4095 bytes.
func (s *View) Symlink(dir tree.Ino, name, target string) (Attr, error) {
	if err := tree.CheckTarget(target); err != nil {
		return Attr{}, err
	}
	return s.add(dir, name, func(at tree.Place) (tree.Ino, error) { return s.vol.Symlink(at, target) })
}

// Link gives the file a further name: EPERM for a directory, ENOENT for a file
// whose last name is gone.
func (s *View) Link(ino, dir tree.Ino, name string) (Attr, error) {
	return s.add(dir, name, func(at tree.Place) (tree.Ino, error) {
		if _, err := s.inode(ino); err != nil {
			return 0, err
		}
		if s.vol.Tree.Lookup(dir, name) == 0 && s.vol.IsGone(ino) {
			return 0, syscall.ENOENT
		}
		return ino, s.vol.Link(s.file(ino), at)
	})
}

// Remove takes a name away: of a directory, which must be empty (ENOTDIR,
// ENOTEMPTY), or of anything else (EISDIR).
func (s *View) Remove(dir tree.Ino, name string, isDir bool) error {
	return s.inDir(dir, name, func(at tree.Place) error {
		switch ino := s.vol.Tree.Lookup(dir, name); {
		case ino == 0 || s.vol.Tree.Inode(ino).IsDir == isDir:
			return s.vol.Remove(at)
		case isDir:
			return syscall.ENOTDIR
		default:
			return syscall.EISDIR
		}
	})
}

// Rename moves a name. Two names of one file stay as they are. Errors are those of
// rename(2).
func (s *View) Rename(dir tree.Ino, name string, toDir tree.Ino, toName string, mode RenameMode) error {
	return s.inDir(dir, name, func(from tree.Place) error {
		to, err := s.placeIn(toDir, toName)
		switch {
		case err != nil:
			return err
		case mode == RenameExchange:
			return s.vol.Exchange(from, to)
		case mode == RenameNoReplace && s.vol.Tree.Lookup(dir, name) != 0 && s.vol.Tree.Lookup(toDir, toName) != 0:
			return syscall.EEXIST
		}
		return s.vol.Rename(from, to)
	})
}
