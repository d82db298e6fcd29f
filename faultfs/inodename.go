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

// CreateIn makes an empty file: EEXIST where the name is taken.
func (d *Disk) CreateIn(dir Ino, name string, perm fs.FileMode) (Attr, error) {
	return d.createIn(dir, name, EventCreate, perm)
}

// MkdirIn makes a directory: EEXIST where the name is taken.
func (d *Disk) MkdirIn(dir Ino, name string, perm fs.FileMode) (Attr, error) {
	return d.createIn(dir, name, EventMkdir, perm)
}

func (d *Disk) createIn(dir Ino, name string, kind EventKind, perm fs.FileMode) (Attr, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	at, err := d.placeIn(dir, name)
	if err != nil {
		return Attr{}, err
	}
	if d.tree.lookup(at.dir, at.name) != 0 {
		return Attr{}, syscall.EEXIST
	}
	return d.attr(d.create(at, kind, perm)), nil
}

// CreateUnnamed makes an empty file without a name, as O_TMPFILE does. Until
// [Disk.LinkIn] gives it one every crash loses it.
func (d *Disk) CreateUnnamed(perm fs.FileMode) (Attr, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.index()
	ino := d.tree.add(false, perm.Perm())
	d.names = append(d.names, inodeNames{unnamed: true})
	d.record(Event{Kind: EventCreate, Ino: ino, Path: d.pathOf(ino), Mode: perm.Perm()})
	d.touch(ino)
	return d.attr(ino), nil
}

// LinkIn gives the file a further name: EPERM for a directory, ENOENT for a file
// whose last name is gone.
func (d *Disk) LinkIn(ino, dir Ino, name string) (Attr, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, err := d.inode(ino); err != nil {
		return Attr{}, err
	}
	to, err := d.placeIn(dir, name)
	if err != nil {
		return Attr{}, err
	}
	taken := d.tree.lookup(dir, name) != 0
	if at := d.names[ino]; !taken && ino != RootIno && at.links == 0 && !at.unnamed {
		return Attr{}, syscall.ENOENT
	}
	if err := d.linkAt(ino, d.pathOf(ino), to); err != nil {
		return Attr{}, err
	}
	return d.attr(ino), nil
}

// RemoveIn takes a name away: of a directory, which must be empty (ENOTDIR,
// ENOTEMPTY), or of anything else (EISDIR).
func (d *Disk) RemoveIn(dir Ino, name string, isDir bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	at, err := d.placeIn(dir, name)
	if err != nil {
		return err
	}
	switch ino := d.tree.lookup(dir, name); {
	case ino == 0 || d.tree.at(ino).isDir == isDir:
		return d.removeAt(at)
	case isDir:
		return syscall.ENOTDIR
	default:
		return syscall.EISDIR
	}
}

// RenameIn moves a name. Two names of one file stay as they are. Errors are
// those of rename(2).
func (d *Disk) RenameIn(dir Ino, name string, toDir Ino, toName string, mode RenameMode) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	from, err := d.placeIn(dir, name)
	if err != nil {
		return err
	}
	to, err := d.placeIn(toDir, toName)
	if err != nil {
		return err
	}
	switch {
	case mode == RenameExchange:
		return d.exchange(from, to)
	case mode == RenameNoReplace && d.tree.lookup(dir, name) != 0 && d.tree.lookup(toDir, toName) != 0:
		return syscall.EEXIST
	}
	return d.renameAt(from, to)
}
