package faultfs

import (
	"io/fs"
	"syscall"

	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/spf13/afero"
)

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
