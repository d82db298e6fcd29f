package faultfs

import (
	"io/fs"
	"os"
	"path"
	"syscall"
)

// Mkdir makes one directory.
func (d *Disk) Mkdir(name string, perm fs.FileMode) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.mkdir(name, perm); err != nil {
		return &fs.PathError{Op: "mkdir", Path: name, Err: err}
	}
	return nil
}

func (d *Disk) mkdir(name string, perm fs.FileMode) error {
	at, err := d.tree.resolveParent(name)
	if err != nil {
		return err
	}
	if at.name == "" || d.tree.lookup(at.dir, at.name) != 0 {
		return syscall.EEXIST
	}
	d.create(at, EventMkdir, perm)
	return nil
}

// MkdirAll makes a directory and those above it that are missing.
func (d *Disk) MkdirAll(name string, perm fs.FileMode) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.mkdirAll(name, perm)
}

func (d *Disk) mkdirAll(name string, perm fs.FileMode) error {
	ino, err := d.tree.resolve(name)
	switch {
	case err == nil && d.tree.at(ino).isDir:
		return nil
	case err == nil:
		return &fs.PathError{Op: "mkdir", Path: name, Err: syscall.ENOTDIR}
	}
	if parent := path.Dir(path.Clean(name)); parent != name {
		if err := d.mkdirAll(parent, perm); err != nil {
			return err
		}
	}
	if err := d.mkdir(name, perm); err != nil {
		return &fs.PathError{Op: "mkdir", Path: name, Err: err}
	}
	return nil
}

// Remove removes a file or an empty directory.
func (d *Disk) Remove(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.remove(name); err != nil {
		return &fs.PathError{Op: "remove", Path: name, Err: err}
	}
	return nil
}

func (d *Disk) remove(name string) error {
	at, err := d.tree.resolveParent(name)
	if err != nil {
		return err
	}
	if at.name == "" {
		return syscall.EBUSY
	}
	return d.removeAt(at)
}

// removeAt removes a file or an empty directory.
func (d *Disk) removeAt(at place) error {
	ino := d.tree.lookup(at.dir, at.name)
	switch {
	case ino == 0:
		return syscall.ENOENT
	case len(d.tree.at(ino).names) > 0:
		return syscall.ENOTEMPTY
	}
	d.setName(at.dir, at.name, 0)
	d.bury(ino)
	d.record(Event{Kind: EventRemove, Ino: ino, Dir: at.dir, Path: at.path})
	d.touch(at.dir)
	return nil
}

// bury marks a directory that lost its name.
func (d *Disk) bury(ino Ino) {
	if d.tree.at(ino).isDir {
		d.tree.edit(ino).removed = true
	}
}

// RemoveAll removes name and everything below it. A name that is not there is
// no error.
func (d *Disk) RemoveAll(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	at, err := d.tree.resolveParent(name)
	switch err {
	case nil:
	case syscall.ENOENT:
		return nil
	default:
		return &fs.PathError{Op: "unlinkat", Path: name, Err: err}
	}
	if ino := d.tree.inoAt(at); ino != 0 {
		return d.removeAll(name, ino)
	}
	return nil
}

func (d *Disk) removeAll(name string, ino Ino) error {
	names := d.tree.at(ino).names
	for len(names) > 0 {
		first := names[0]
		if err := d.removeAll(path.Join(name, first.name), first.ino); err != nil {
			return err
		}
		names = d.tree.at(ino).names
	}
	if ino == RootIno {
		return nil
	}
	if err := d.remove(name); err != nil {
		return &fs.PathError{Op: "unlinkat", Path: name, Err: err}
	}
	return nil
}

// Rename moves oldName to newName, over a file that is there.
func (d *Disk) Rename(oldName, newName string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.rename(oldName, newName); err != nil {
		return &os.LinkError{Op: "rename", Old: oldName, New: newName, Err: err}
	}
	return nil
}

func (d *Disk) rename(oldName, newName string) error {
	from, err := d.tree.resolveParent(oldName)
	if err != nil {
		return err
	}
	to, err := d.tree.resolveParent(newName)
	if err != nil {
		return err
	}
	if from.name == "" || to.name == "" {
		return syscall.EBUSY
	}
	over := d.tree.lookup(to.dir, to.name)
	if over != 0 && d.tree.at(over).isDir && d.tree.lookup(from.dir, from.name) != 0 {
		return syscall.EEXIST // as package os refuses it
	}
	return d.renameAt(from, to)
}

// renameAt moves from to to, over a file or an empty directory.
func (d *Disk) renameAt(from, to place) error {
	ino, over := d.tree.lookup(from.dir, from.name), d.tree.lookup(to.dir, to.name)
	switch err := d.canRename(ino, over, from, to); {
	case err != nil:
		return err
	case over == ino:
		return nil // two names of one file
	}
	d.setName(to.dir, to.name, ino)
	d.setName(from.dir, from.name, 0)
	if over != 0 {
		d.bury(over)
	}
	d.record(Event{
		Kind: EventRename, Ino: ino, Dir: from.dir, Path: from.path,
		ToDir: to.dir, ToPath: to.path,
	})
	d.touch(from.dir)
	d.touch(to.dir)
	return nil
}

// canRename tells why not, in the order of the kernel's do_renameat2 and
// vfs_rename.
func (d *Disk) canRename(ino, over Ino, from, to place) error {
	switch {
	case ino == 0:
		return syscall.ENOENT
	case d.tree.at(ino).isDir && d.tree.within(to.dir, ino):
		return syscall.EINVAL
	case over == 0 || over == ino:
		return nil
	case d.tree.within(from.dir, over):
		return syscall.ENOTEMPTY
	case d.tree.at(ino).isDir && !d.tree.at(over).isDir:
		return syscall.ENOTDIR
	case !d.tree.at(ino).isDir && d.tree.at(over).isDir:
		return syscall.EISDIR
	case len(d.tree.at(over).names) > 0:
		return syscall.ENOTEMPTY
	}
	return nil
}

// exchange gives from what to means and to what from means.
func (d *Disk) exchange(from, to place) error {
	ino, other := d.tree.lookup(from.dir, from.name), d.tree.lookup(to.dir, to.name)
	switch {
	case ino == 0 || other == 0:
		return syscall.ENOENT
	case ino == other:
		return nil
	case d.tree.within(to.dir, ino) || d.tree.within(from.dir, other):
		return syscall.EINVAL
	}
	d.setName(to.dir, to.name, ino)
	d.setName(from.dir, from.name, other)
	d.record(Event{
		Kind: EventExchange, Ino: ino, Dir: from.dir, Path: from.path,
		ToDir: to.dir, ToPath: to.path,
	})
	d.touch(from.dir)
	d.touch(to.dir)
	return nil
}

// within tells whether dir is top or lies below it.
func (t *tree) within(dir, top Ino) bool {
	if dir == top {
		return true
	}
	for _, d := range t.at(top).names {
		if t.at(d.ino).isDir && t.within(dir, d.ino) {
			return true
		}
	}
	return false
}

// Link gives the file, or symbolic link, oldName the further name newName.
func (d *Disk) Link(oldName, newName string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.link(oldName, newName); err != nil {
		return &os.LinkError{Op: "link", Old: oldName, New: newName, Err: err}
	}
	return nil
}

func (d *Disk) link(oldName, newName string) error {
	old, err := d.tree.resolveParent(oldName)
	if err != nil {
		return err
	}
	ino := d.tree.inoAt(old)
	if ino == 0 {
		return syscall.ENOENT
	}
	to, err := d.tree.resolveParent(newName)
	if err != nil {
		return err
	}
	return d.linkAt(ino, old.path, to)
}

// linkAt gives the file ino, which is at oldPath, a further name.
func (d *Disk) linkAt(ino Ino, oldPath string, to place) error {
	switch {
	case to.name == "" || d.tree.lookup(to.dir, to.name) != 0:
		return syscall.EEXIST
	case d.tree.at(ino).isDir:
		return syscall.EPERM
	}
	d.setName(to.dir, to.name, ino)
	d.tree.edit(ino).shared = true
	d.record(Event{Kind: EventLink, Ino: ino, Path: oldPath, ToDir: to.dir, ToPath: to.path})
	d.touch(to.dir)
	return nil
}
