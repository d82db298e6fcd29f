package faultfs

import (
	"io/fs"
	"path"
	"syscall"

	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/internal/volume"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/spf13/afero"
)

// Mkdir makes one directory.
func (d *Disk) Mkdir(name string, perm fs.FileMode) error {
	return d.change("mkdir", name, func() error { return d.mkdir(name, perm) })
}

func (d *Disk) mkdir(name string, perm fs.FileMode) error {
	at, err := d.vol.Tree.ResolveParent(name)
	if err != nil {
		return err
	}
	if at.Name == "" || d.vol.Tree.Lookup(at.Dir, at.Name) != 0 {
		return syscall.EEXIST
	}
	_, err = d.vol.Create(at, journal.EventMkdir, perm, true)
	return err
}

// MkdirAll makes a directory and those above it that are missing.
func (d *Disk) MkdirAll(name string, perm fs.FileMode) error {
	d.vol.Lock()
	defer d.vol.Unlock()
	return d.mkdirAll(name, perm)
}

func (d *Disk) mkdirAll(name string, perm fs.FileMode) error {
	ino, err := d.vol.Tree.Resolve(name)
	switch {
	case err == nil && d.vol.Tree.Inode(ino).IsDir:
		return nil
	case err == nil:
		return &fs.PathError{Op: "mkdir", Path: name, Err: syscall.ENOTDIR}
	}
	if parent := path.Dir(path.Clean(name)); parent != name {
		if err := d.mkdirAll(parent, perm); err != nil {
			return err
		}
	}
	return pathError("mkdir", name, d.mkdir(name, perm))
}

// Remove removes a file or an empty directory.
func (d *Disk) Remove(name string) error {
	return d.change("remove", name, func() error { return d.remove(name) })
}

func (d *Disk) remove(name string) error {
	at, err := d.vol.Tree.ResolveParent(name)
	if err != nil {
		return err
	}
	if at.Name == "" {
		return syscall.EBUSY
	}
	return d.vol.Remove(at)
}

// RemoveAll removes name and everything below it. A name that is not there is
// no error.
func (d *Disk) RemoveAll(name string) error {
	d.vol.Lock()
	defer d.vol.Unlock()
	at, err := d.vol.Tree.ResolveParent(name)
	switch err {
	case nil:
	case syscall.ENOENT:
		return nil
	default:
		return &fs.PathError{Op: "unlinkat", Path: name, Err: err}
	}
	if ino := d.vol.Tree.InoAt(at); ino != 0 {
		return d.removeAll(name, ino)
	}
	return nil
}

func (d *Disk) removeAll(name string, ino tree.Ino) error {
	names := d.vol.Tree.Inode(ino).Names
	for len(names) > 0 {
		first := names[0]
		if err := d.removeAll(path.Join(name, first.Name), first.Ino); err != nil {
			return err
		}
		names = d.vol.Tree.Inode(ino).Names
	}
	if ino == tree.RootIno {
		return nil
	}
	return pathError("unlinkat", name, d.remove(name))
}

// Rename moves oldName to newName, over a file that is there.
func (d *Disk) Rename(oldName, newName string) error {
	return d.changePair("rename", oldName, newName, func() error { return d.rename(oldName, newName) })
}

func (d *Disk) rename(oldName, newName string) error {
	from, err := d.vol.Tree.ResolveParent(oldName)
	if err != nil {
		return err
	}
	to, err := d.vol.Tree.ResolveParent(newName)
	if err != nil {
		return err
	}
	if from.Name == "" || to.Name == "" {
		return syscall.EBUSY
	}
	ino, over := d.vol.Tree.Lookup(from.Dir, from.Name), d.vol.Tree.Lookup(to.Dir, to.Name)
	if ino != 0 && over != 0 && d.vol.Tree.Inode(over).IsDir && (ino != over || oldName == newName) {
		return syscall.EEXIST // as package os refuses it
	}
	return d.vol.Rename(from, to)
}

// Link gives the file, or symbolic link, oldName the further name newName.
func (d *Disk) Link(oldName, newName string) error {
	return d.changePair("link", oldName, newName, func() error { return d.link(oldName, newName) })
}

func (d *Disk) link(oldName, newName string) error {
	old, err := d.vol.Tree.ResolveParent(oldName)
	if err != nil {
		return err
	}
	ino := d.vol.Tree.InoAt(old)
	if ino == 0 {
		return syscall.ENOENT
	}
	to, err := d.vol.Tree.ResolveParent(newName)
	if err != nil {
		return err
	}
	return d.vol.Link(volume.File{Ino: ino, Path: old.Path}, to)
}

var _ afero.Symlinker = (*Disk)(nil)

// SymlinkIfPossible makes newName a symbolic link to oldName, which need not be
// there. It is always possible.
func (d *Disk) SymlinkIfPossible(oldName, newName string) error {
	return d.changePair("symlink", oldName, newName, func() error { return d.symlinkPath(oldName, newName) })
}

func (d *Disk) symlinkPath(target, name string) error {
	if err := tree.CheckTarget(target); err != nil {
		return err // the kernel reads it before it looks at the name
	}
	at, err := d.vol.Tree.ResolveParent(name)
	if err != nil {
		return err
	}
	_, err = d.vol.Symlink(at, target)
	return err
}

// ReadlinkIfPossible returns the target of the symbolic link at name.
func (d *Disk) ReadlinkIfPossible(name string) (string, error) {
	d.vol.RLock()
	defer d.vol.RUnlock()
	ino, err := d.lstat(name)
	if err == nil && d.vol.Tree.Inode(ino).Target == "" {
		err = syscall.EINVAL
	}
	if err != nil {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: err}
	}
	return d.vol.Tree.Inode(ino).Target, nil
}

// LstatIfPossible describes the file at name, and a symbolic link as itself. It
// is always possible.
func (d *Disk) LstatIfPossible(name string) (fs.FileInfo, bool, error) {
	d.vol.RLock()
	defer d.vol.RUnlock()
	ino, err := d.lstat(name)
	if err != nil {
		return nil, true, &fs.PathError{Op: "lstat", Path: name, Err: err}
	}
	return infoOf(tree.BaseName(tree.Clean(name)), ino, d.vol.Tree.Inode(ino)), true, nil
}

// lstat returns the inode at name, a symbolic link as itself.
func (d *Disk) lstat(name string) (tree.Ino, error) {
	at, err := d.vol.Tree.ResolveParent(name)
	if err != nil {
		return 0, err
	}
	if ino := d.vol.Tree.InoAt(at); ino != 0 {
		return ino, nil
	}
	return 0, syscall.ENOENT
}
