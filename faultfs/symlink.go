package faultfs

import (
	"io/fs"
	"os"
	"strings"
	"syscall"

	"github.com/spf13/afero"
)

var _ afero.Symlinker = (*Disk)(nil)

// targetBytesMax is the longest target of a symbolic link (PATH_MAX without its
// final zero; symlink(2)).
const targetBytesMax = 4095

// checkTarget tells why there can be no link to target: ENOENT, ENAMETOOLONG, or
// EINVAL for a zero byte.
func checkTarget(target string) error {
	switch {
	case target == "":
		return syscall.ENOENT
	case len(target) > targetBytesMax:
		return syscall.ENAMETOOLONG
	case strings.Contains(target, "\x00"):
		return syscall.EINVAL
	}
	return nil
}

// SymlinkIfPossible makes newName a symbolic link to oldName, which need not be
// there. It is always possible.
func (d *Disk) SymlinkIfPossible(oldName, newName string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.symlinkPath(oldName, newName); err != nil {
		return &os.LinkError{Op: "symlink", Old: oldName, New: newName, Err: err}
	}
	return nil
}

func (d *Disk) symlinkPath(target, name string) error {
	if err := checkTarget(target); err != nil {
		return err // the kernel reads it before it looks at the name
	}
	at, err := d.tree.resolveParent(name)
	if err != nil {
		return err
	}
	_, err = d.symlink(at, target)
	return err
}

// ReadlinkIfPossible returns the target of the symbolic link at name.
func (d *Disk) ReadlinkIfPossible(name string) (string, error) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	ino, err := d.lstat(name)
	if err == nil && d.tree.at(ino).target == "" {
		err = syscall.EINVAL
	}
	if err != nil {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: err}
	}
	return d.tree.at(ino).target, nil
}

// LstatIfPossible describes the file at name, and a symbolic link as itself. It
// is always possible.
func (d *Disk) LstatIfPossible(name string) (fs.FileInfo, bool, error) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	ino, err := d.lstat(name)
	if err != nil {
		return nil, true, &fs.PathError{Op: "lstat", Path: name, Err: err}
	}
	return d.info(baseName(clean(name)), ino), true, nil
}

// lstat returns the inode at name, a symbolic link as itself.
func (d *Disk) lstat(name string) (Ino, error) {
	at, err := d.tree.resolveParent(name)
	if err != nil {
		return 0, err
	}
	if ino := d.tree.inoAt(at); ino != 0 {
		return ino, nil
	}
	return 0, syscall.ENOENT
}

// SymlinkIn makes a symbolic link: EEXIST where the name is taken, ENOENT for an
// empty target, ENAMETOOLONG for one of more than 4095 bytes.
func (d *Disk) SymlinkIn(dir Ino, name, target string) (Attr, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := checkTarget(target); err != nil {
		return Attr{}, err
	}
	at, err := d.placeIn(dir, name)
	if err != nil {
		return Attr{}, err
	}
	ino, err := d.symlink(at, target)
	if err != nil {
		return Attr{}, err
	}
	return d.attr(ino), nil
}

func (d *Disk) symlink(at place, target string) (Ino, error) {
	if d.tree.inoAt(at) != 0 {
		return 0, syscall.EEXIST
	}
	ino := d.tree.addLink(target)
	d.setName(at.dir, at.name, ino)
	d.record(Event{Kind: EventSymlink, Ino: ino, Dir: at.dir, Path: at.path, Data: []byte(target)})
	d.touch(ino)
	d.touch(at.dir)
	return ino, nil
}

// Readlink returns the target of a symbolic link: EINVAL for anything else.
func (d *Disk) Readlink(ino Ino) (string, error) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	n, err := d.inode(ino)
	switch {
	case err != nil:
		return "", err
	case n.target == "":
		return "", syscall.EINVAL
	}
	return n.target, nil
}
