// Package inodes shows a volume by inode number, as a kernel asks for it.
package inodes

import (
	"io/fs"
	"sync/atomic"
	"syscall"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/internal/volume"
)

// View is a disk for a server that a kernel asks: it names files by number. Its
// methods do and journal what their twins by path do, under the path by which the
// inode was last made, looked up or moved. Their errors are a bare
// [syscall.Errno], or a fault's. A number that the disk never gave out is ESTALE;
// numbers of removed files stay good. It is safe for use by many goroutines.
type View struct {
	vol *volume.Volume
	// begun are syncs that run; the volume's lock guards it.
	begun map[syncOf]volume.Begun
	// running is how many there are.
	running atomic.Int32
	// failed are reads that a fault failed; the volume's lock, held for writing, guards it.
	failed map[tree.Ino]failedRead
}

// failedRead is a range whose read failed and may be asked for again by the kernel.
type failedRead struct {
	off, end int64
	err      error
	marks    int // in the journal when it failed
	again    int // how often the kernel may still ask
}

// syncOf is a sync of an inode that a thread waits for.
type syncOf struct {
	thread uint32
	ino    tree.Ino
}

// New returns the volume by inode number.
func New(vol *volume.Volume) *View {
	return &View{vol: vol, begun: map[syncOf]volume.Begun{}, failed: map[tree.Ino]failedRead{}}
}

// Attr describes an inode.
type Attr struct {
	// Ino is its number.
	Ino tree.Ino
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
	// Name means the inode Ino.
	Name string
	Ino  tree.Ino
	// Type is as in [Attr].
	Type fs.FileMode
}

// FreeBytes returns how much may still be written.
func (s *View) FreeBytes() int64 { return s.vol.FreeBytes() }

// HasFaults reports whether a fault may fail a call.
func (s *View) HasFaults() bool { return s.vol.HasFaults() }

// onInode calls do for an inode that is there, with the lock held for writing.
func (s *View) onInode(ino tree.Ino, do func(n *tree.Node) error) error {
	s.vol.Lock()
	defer s.vol.Unlock()
	n, err := s.inode(ino)
	if err != nil {
		return err
	}
	return do(n)
}

// onFile is onInode for a regular file: EISDIR for a directory, EINVAL for a
// symbolic link.
func (s *View) onFile(ino tree.Ino, do func(f volume.File) error) error {
	return s.onInode(ino, func(n *tree.Node) error {
		switch {
		case n.IsDir:
			return syscall.EISDIR
		case n.Target != "":
			return syscall.EINVAL
		}
		return do(s.file(ino))
	})
}

// inDir calls do for the place of a name in a directory that is still there, with
// the lock held for writing: ENOTDIR, ENAMETOOLONG, EINVAL, ENOENT.
func (s *View) inDir(dir tree.Ino, name string, do func(at tree.Place) error) error {
	return s.onInode(dir, func(*tree.Node) error {
		at, err := s.placeIn(dir, name)
		if err != nil {
			return err
		}
		return do(at)
	})
}

func (s *View) placeIn(dir tree.Ino, name string) (tree.Place, error) {
	n, err := s.inode(dir)
	switch {
	case err != nil:
		return tree.Place{}, err
	case !n.IsDir:
		return tree.Place{}, syscall.ENOTDIR
	case len(name) > tree.NameBytesMax:
		return tree.Place{}, syscall.ENAMETOOLONG
	case !tree.IsName(name):
		return tree.Place{}, syscall.EINVAL
	case n.Removed:
		return tree.Place{}, syscall.ENOENT
	}
	return tree.Place{Dir: dir, Name: name, Path: s.vol.PathIn(dir, name)}, nil
}

// inode returns the inode for reading, or ESTALE.
func (s *View) inode(ino tree.Ino) (*tree.Node, error) {
	if ino < tree.RootIno || int(ino) >= len(s.vol.Tree.Nodes) {
		return nil, syscall.ESTALE
	}
	return s.vol.Tree.Inode(ino), nil
}

// attr describes an inode that is there. The lock is held for writing.
func (s *View) attr(ino tree.Ino) Attr {
	n := s.vol.Tree.Inode(ino)
	return Attr{Ino: ino, Type: n.FileType(), Perm: n.Mode, SizeBytes: n.Length(), Links: s.vol.Links(ino), Time: n.Mtime}
}

// Attr describes the inode.
func (s *View) Attr(ino tree.Ino) (a Attr, err error) {
	err = s.onInode(ino, func(*tree.Node) error {
		a = s.attr(ino)
		return nil
	})
	return a, err
}

// Lookup describes what name means in the directory: ENOENT where it means
// nothing, ENOTDIR, ENAMETOOLONG.
func (s *View) Lookup(dir tree.Ino, name string) (a Attr, err error) {
	err = s.inDir(dir, name, func(at tree.Place) error {
		ino := s.vol.Tree.Lookup(dir, name)
		if ino == 0 {
			return syscall.ENOENT
		}
		s.vol.SeenAt(ino, dir, name)
		a = s.attr(ino)
		return nil
	})
	return a, err
}

// List returns the names in the directory, in their order; none for one that was
// removed. ENOTDIR for a file.
func (s *View) List(dir tree.Ino) ([]Dirent, error) {
	mayFail := s.vol.LockToLook()
	defer s.vol.UnlockToLook(mayFail)
	n, err := s.inode(dir)
	switch {
	case err != nil:
		return nil, err
	case !n.IsDir:
		return nil, syscall.ENOTDIR
	}
	if mayFail {
		if err := s.vol.Look(fault.ReadDir, s.file(dir)); err != nil {
			return nil, err
		}
	}
	out := make([]Dirent, len(n.Names))
	for i, e := range n.Names {
		out[i] = Dirent{e.Name, e.Ino, s.vol.Tree.Inode(e.Ino).FileType()}
	}
	return out, nil
}

// file returns the inode for a call on it. The lock is held for writing.
func (s *View) file(ino tree.Ino) volume.File {
	return volume.File{Ino: ino, Path: s.vol.PathOf(ino)}
}

// Readlink returns the target of a symbolic link: EINVAL for anything else.
func (s *View) Readlink(ino tree.Ino) (string, error) {
	s.vol.RLock()
	defer s.vol.RUnlock()
	n, err := s.inode(ino)
	switch {
	case err != nil:
		return "", err
	case n.Target == "":
		return "", syscall.EINVAL
	}
	return n.Target, nil
}
