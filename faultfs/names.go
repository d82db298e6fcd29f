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
	dir, base, err := d.tree.resolveParent(name)
	if err != nil {
		return err
	}
	if base == "" || d.tree.lookup(dir, base) != 0 {
		return syscall.EEXIST
	}
	d.create(dir, base, name, true, perm)
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
	dir, base, err := d.tree.resolveParent(name)
	if err != nil {
		return err
	}
	if base == "" {
		return syscall.EBUSY
	}
	ino := d.tree.lookup(dir, base)
	switch {
	case ino == 0:
		return syscall.ENOENT
	case len(d.tree.at(ino).names) > 0:
		return syscall.ENOTEMPTY
	}
	d.tree.setName(dir, base, 0)
	if d.tree.at(ino).isDir {
		d.tree.edit(ino).removed = true
	}
	d.record(Event{Kind: EventRemove, Ino: ino, Dir: dir, Path: clean(name)})
	d.touch(dir)
	return nil
}

// RemoveAll removes name and everything below it. A name that is not there is
// no error.
func (d *Disk) RemoveAll(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	ino, err := d.tree.resolve(name)
	switch err {
	case nil:
	case syscall.ENOENT:
		return nil
	default:
		return &fs.PathError{Op: "unlinkat", Path: name, Err: err}
	}
	return d.removeAll(name, ino)
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
	if ino == rootIno {
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
	dir, base, err := d.tree.resolveParent(oldName)
	if err != nil {
		return err
	}
	toDir, toBase, err := d.tree.resolveParent(newName)
	if err != nil {
		return err
	}
	if base == "" || toBase == "" {
		return syscall.EBUSY
	}
	ino, over := d.tree.lookup(dir, base), d.tree.lookup(toDir, toBase)
	switch {
	case ino == 0:
		return syscall.ENOENT
	case over != 0 && d.tree.at(over).isDir:
		return syscall.EEXIST // as package os refuses it
	case over == ino:
		return nil
	case d.tree.at(ino).isDir && d.tree.within(toDir, ino):
		return syscall.EINVAL
	case d.tree.at(ino).isDir && over != 0:
		return syscall.ENOTDIR
	}
	d.tree.setName(toDir, toBase, ino)
	d.tree.setName(dir, base, 0)
	d.record(Event{
		Kind: EventRename, Ino: ino, Dir: dir, Path: clean(oldName),
		ToDir: toDir, ToPath: clean(newName),
	})
	d.touch(dir)
	d.touch(toDir)
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

// Link gives the file oldName the further name newName.
func (d *Disk) Link(oldName, newName string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.link(oldName, newName); err != nil {
		return &os.LinkError{Op: "link", Old: oldName, New: newName, Err: err}
	}
	return nil
}

func (d *Disk) link(oldName, newName string) error {
	ino, err := d.tree.resolve(oldName)
	if err != nil {
		return err
	}
	dir, base, err := d.tree.resolveParent(newName)
	switch {
	case err != nil:
		return err
	case base == "" || d.tree.lookup(dir, base) != 0:
		return syscall.EEXIST
	case d.tree.at(ino).isDir:
		return syscall.EPERM
	}
	d.tree.setName(dir, base, ino)
	d.tree.edit(ino).shared = true
	d.record(Event{Kind: EventLink, Ino: ino, Path: clean(oldName), ToDir: dir, ToPath: clean(newName)})
	d.touch(dir)
	return nil
}
