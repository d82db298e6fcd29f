package faultfs

import (
	"io/fs"
	"os"
	"path"
	"syscall"
)

// Mkdir makes one directory.
func (d *Disk) Mkdir(name string, perm fs.FileMode) error {
	d.vol.Lock()
	defer d.vol.Unlock()
	if err := d.mkdir(name, perm); err != nil {
		return &fs.PathError{Op: "mkdir", Path: name, Err: err}
	}
	return nil
}

func (d *Disk) mkdir(name string, perm fs.FileMode) error {
	at, err := d.vol.tree.resolveParent(name)
	if err != nil {
		return err
	}
	if at.name == "" || d.vol.tree.lookup(at.dir, at.name) != 0 {
		return syscall.EEXIST
	}
	d.vol.create(at, EventMkdir, perm)
	return nil
}

// MkdirAll makes a directory and those above it that are missing.
func (d *Disk) MkdirAll(name string, perm fs.FileMode) error {
	d.vol.Lock()
	defer d.vol.Unlock()
	return d.mkdirAll(name, perm)
}

func (d *Disk) mkdirAll(name string, perm fs.FileMode) error {
	ino, err := d.vol.tree.resolve(name)
	switch {
	case err == nil && d.vol.tree.at(ino).isDir:
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
	d.vol.Lock()
	defer d.vol.Unlock()
	if err := d.remove(name); err != nil {
		return &fs.PathError{Op: "remove", Path: name, Err: err}
	}
	return nil
}

func (d *Disk) remove(name string) error {
	at, err := d.vol.tree.resolveParent(name)
	if err != nil {
		return err
	}
	if at.name == "" {
		return syscall.EBUSY
	}
	return d.vol.remove(at)
}

// RemoveAll removes name and everything below it. A name that is not there is
// no error.
func (d *Disk) RemoveAll(name string) error {
	d.vol.Lock()
	defer d.vol.Unlock()
	at, err := d.vol.tree.resolveParent(name)
	switch err {
	case nil:
	case syscall.ENOENT:
		return nil
	default:
		return &fs.PathError{Op: "unlinkat", Path: name, Err: err}
	}
	if ino := d.vol.tree.inoAt(at); ino != 0 {
		return d.removeAll(name, ino)
	}
	return nil
}

func (d *Disk) removeAll(name string, ino Ino) error {
	names := d.vol.tree.at(ino).names
	for len(names) > 0 {
		first := names[0]
		if err := d.removeAll(path.Join(name, first.name), first.ino); err != nil {
			return err
		}
		names = d.vol.tree.at(ino).names
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
	d.vol.Lock()
	defer d.vol.Unlock()
	if err := d.rename(oldName, newName); err != nil {
		return &os.LinkError{Op: "rename", Old: oldName, New: newName, Err: err}
	}
	return nil
}

func (d *Disk) rename(oldName, newName string) error {
	from, err := d.vol.tree.resolveParent(oldName)
	if err != nil {
		return err
	}
	to, err := d.vol.tree.resolveParent(newName)
	if err != nil {
		return err
	}
	if from.name == "" || to.name == "" {
		return syscall.EBUSY
	}
	over := d.vol.tree.lookup(to.dir, to.name)
	if over != 0 && d.vol.tree.at(over).isDir && d.vol.tree.lookup(from.dir, from.name) != 0 {
		return syscall.EEXIST // as package os refuses it
	}
	return d.vol.rename(from, to)
}

// Link gives the file, or symbolic link, oldName the further name newName.
func (d *Disk) Link(oldName, newName string) error {
	d.vol.Lock()
	defer d.vol.Unlock()
	if err := d.link(oldName, newName); err != nil {
		return &os.LinkError{Op: "link", Old: oldName, New: newName, Err: err}
	}
	return nil
}

func (d *Disk) link(oldName, newName string) error {
	old, err := d.vol.tree.resolveParent(oldName)
	if err != nil {
		return err
	}
	ino := d.vol.tree.inoAt(old)
	if ino == 0 {
		return syscall.ENOENT
	}
	to, err := d.vol.tree.resolveParent(newName)
	if err != nil {
		return err
	}
	return d.vol.link(ino, old.path, to)
}
