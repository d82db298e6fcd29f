package volume

import (
	"io/fs"
	"syscall"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/journal"
)

// Create makes a file, or a directory if kind is EventMkdir, at a place without
// one. Its only error is a fault's.
func (v *Volume) Create(at tree.Place, kind journal.EventKind, perm fs.FileMode, restarts bool) (tree.Ino, error) {
	c := Call{Kind: fault.Create, File: File{Path: at.Path, Restarts: restarts}}
	if kind == journal.EventMkdir {
		c.Kind = fault.Mkdir
	}
	if err := v.full(&c, 1); err != nil {
		return 0, err
	}
	err := v.Attempt(&c, func() { v.create(&c.File, at, kind, perm) })
	return c.Ino, err
}

func (v *Volume) create(f *File, at tree.Place, kind journal.EventKind, perm fs.FileMode) {
	f.Ino = v.Tree.Add(kind == journal.EventMkdir, perm.Perm())
	v.devices.Put(f.Ino, v.devices.Of(at.Dir))
	v.setName(at.Dir, at.Name, f.Ino)
	v.Record(journal.Event{Kind: kind, Ino: f.Ino, Dir: at.Dir, Path: at.Path, Mode: perm.Perm()})
	v.setMtime(f.Ino)
	v.setMtime(at.Dir)
}

// CreateUnnamed makes a file without a name. Until it gets one every crash loses
// it. Its only error is a fault's.
func (v *Volume) CreateUnnamed(perm fs.FileMode) (tree.Ino, error) {
	v.index()
	c := Call{Kind: fault.Create, File: File{Path: unnamedPath(tree.Ino(len(v.Tree.Nodes)))}}
	if err := v.full(&c, 1); err != nil {
		return 0, err
	}
	err := v.Attempt(&c, func() {
		c.Ino = v.Tree.Add(false, perm.Perm())
		v.devices.Put(c.Ino, tree.NoDevice)
		v.names = append(v.names, inodeNames{unnamed: true})
		v.Record(journal.Event{Kind: journal.EventCreate, Ino: c.Ino, Path: c.Path, Mode: perm.Perm()})
		v.setMtime(c.Ino)
	})
	return c.Ino, err
}

// Symlink makes a symbolic link: EEXIST where the name is taken.
func (v *Volume) Symlink(at tree.Place, target string) (tree.Ino, error) {
	if v.Tree.InoAt(at) != 0 {
		return 0, syscall.EEXIST
	}
	c := Call{Kind: fault.Rename, File: File{Path: at.Path}}
	err := v.Attempt(&c, func() {
		c.Ino = v.Tree.AddLink(target)
		v.devices.Put(c.Ino, v.devices.Of(at.Dir))
		v.setName(at.Dir, at.Name, c.Ino)
		v.Record(journal.Event{Kind: journal.EventSymlink, Ino: c.Ino, Dir: at.Dir, Path: at.Path, Data: []byte(target)})
		v.setMtime(c.Ino)
		v.setMtime(at.Dir)
	})
	return c.Ino, err
}

// Chmod sets the permission bits. Crashes do not lose them.
func (v *Volume) Chmod(ino tree.Ino, path string, mode fs.FileMode) {
	v.Tree.Edit(ino).Mode = mode.Perm()
	v.Record(journal.Event{Kind: journal.EventChmod, Ino: ino, Path: path, Mode: mode.Perm()})
}

// Remove removes a file or an empty directory: ENOENT, ENOTEMPTY, EBUSY for a mount
// point.
func (v *Volume) Remove(at tree.Place) error {
	ino := v.Tree.Lookup(at.Dir, at.Name)
	switch {
	case ino == 0:
		return syscall.ENOENT
	case v.devices.IsMount(ino):
		return syscall.EBUSY
	case len(v.Tree.Inode(ino).Names) > 0:
		return syscall.ENOTEMPTY
	}
	return v.Attempt(&Call{Kind: fault.Remove, File: File{Ino: ino, Path: at.Path}}, func() {
		v.setName(at.Dir, at.Name, 0)
		v.markRemoved(ino)
		v.Record(journal.Event{Kind: journal.EventRemove, Ino: ino, Dir: at.Dir, Path: at.Path})
		v.setMtime(at.Dir)
	})
}

// markRemoved notes that a directory lost its name.
func (v *Volume) markRemoved(ino tree.Ino) {
	if v.Tree.Inode(ino).IsDir {
		v.Tree.Edit(ino).Removed = true
	}
}

// Rename moves from to to, over a file or an empty directory, with the errors of
// rename(2). Two names of one file stay as they are.
func (v *Volume) Rename(from, to tree.Place) error {
	ino, over := v.Tree.Lookup(from.Dir, from.Name), v.Tree.Lookup(to.Dir, to.Name)
	if err := v.canRename(ino, over, from, to); err != nil {
		return err
	}
	return v.Attempt(renameOf(ino, from, to), func() {
		if over == ino {
			return
		}
		v.setName(to.Dir, to.Name, ino)
		v.setName(from.Dir, from.Name, 0)
		if over != 0 {
			v.markRemoved(over)
		}
		v.moved(journal.EventRename, ino, from, to)
	})
}

func renameOf(ino tree.Ino, from, to tree.Place) *Call {
	return &Call{Kind: fault.Rename, File: File{Ino: ino, Path: from.Path}, ToPath: to.Path}
}

// moved journals that from and to changed.
func (v *Volume) moved(kind journal.EventKind, ino tree.Ino, from, to tree.Place) {
	v.Record(journal.Event{Kind: kind, Ino: ino, Dir: from.Dir, Path: from.Path, ToDir: to.Dir, ToPath: to.Path})
	v.setMtime(from.Dir)
	v.setMtime(to.Dir)
}

// canRename says why not, in the order of the kernel's do_renameat2 and
// vfs_rename.
func (v *Volume) canRename(ino, over tree.Ino, from, to tree.Place) error {
	switch {
	case v.devices.Of(from.Dir) != v.devices.Of(to.Dir):
		return syscall.EXDEV
	case ino == 0:
		return syscall.ENOENT
	case v.Tree.Inode(ino).IsDir && v.Tree.Within(to.Dir, ino):
		return syscall.EINVAL
	case v.devices.IsMount(ino) || v.devices.IsMount(over):
		return syscall.EBUSY
	case over == 0 || over == ino:
		return nil
	case v.Tree.Within(from.Dir, over):
		return syscall.ENOTEMPTY
	case v.Tree.Inode(ino).IsDir && !v.Tree.Inode(over).IsDir:
		return syscall.ENOTDIR
	case !v.Tree.Inode(ino).IsDir && v.Tree.Inode(over).IsDir:
		return syscall.EISDIR
	case len(v.Tree.Inode(over).Names) > 0:
		return syscall.ENOTEMPTY
	}
	return nil
}

// Exchange gives from what to means and to what from means: ENOENT, EINVAL for a
// directory that would come to lie in itself, EXDEV, EBUSY for a mount point.
func (v *Volume) Exchange(from, to tree.Place) error {
	ino, other := v.Tree.Lookup(from.Dir, from.Name), v.Tree.Lookup(to.Dir, to.Name)
	switch {
	case v.devices.Of(from.Dir) != v.devices.Of(to.Dir):
		return syscall.EXDEV
	case ino == 0 || other == 0:
		return syscall.ENOENT
	case v.devices.IsMount(ino) || v.devices.IsMount(other):
		return syscall.EBUSY
	case ino != other && (v.Tree.Within(to.Dir, ino) || v.Tree.Within(from.Dir, other)):
		return syscall.EINVAL
	}
	return v.Attempt(renameOf(ino, from, to), func() {
		if ino == other {
			return
		}
		v.setName(to.Dir, to.Name, ino)
		v.setName(from.Dir, from.Name, other)
		v.moved(journal.EventExchange, ino, from, to)
	})
}

// Link gives a file a further name: EEXIST, EPERM for a directory, EXDEV.
func (v *Volume) Link(f File, to tree.Place) error {
	switch {
	case to.Name == "" || v.Tree.Lookup(to.Dir, to.Name) != 0:
		return syscall.EEXIST
	case v.deviceFor(f.Ino, to.Dir) != v.devices.Of(to.Dir):
		return syscall.EXDEV
	case v.Tree.Inode(f.Ino).IsDir:
		return syscall.EPERM
	}
	return v.Attempt(&Call{Kind: fault.Rename, File: f, ToPath: to.Path}, func() {
		v.setName(to.Dir, to.Name, f.Ino)
		v.Tree.Edit(f.Ino).Shared = true
		v.Record(journal.Event{Kind: journal.EventLink, Ino: f.Ino, Path: f.Path, ToDir: to.Dir, ToPath: to.Path})
		v.setMtime(to.Dir)
	})
}

// deviceFor returns the device of a file that gets a name in a directory.
func (v *Volume) deviceFor(ino, dir tree.Ino) int {
	if v.devices.Of(ino) == tree.NoDevice {
		v.devices.Put(ino, v.devices.Of(dir))
	}
	return v.devices.Of(ino)
}
