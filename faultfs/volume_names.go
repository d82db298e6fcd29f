package faultfs

import (
	"io/fs"
	"syscall"
)

// create makes a file, or a directory if kind is EventMkdir, at a place without
// one.
func (v *volume) create(at place, kind EventKind, perm fs.FileMode) Ino {
	ino := v.tree.add(kind == EventMkdir, perm.Perm())
	v.setName(at.dir, at.name, ino)
	v.record(Event{Kind: kind, Ino: ino, Dir: at.dir, Path: at.path, Mode: perm.Perm()})
	v.setMtime(ino)
	v.setMtime(at.dir)
	return ino
}

// createUnnamed makes a file without a name. Until it gets one every crash loses
// it.
func (v *volume) createUnnamed(perm fs.FileMode) Ino {
	v.index()
	ino := v.tree.add(false, perm.Perm())
	v.names = append(v.names, inodeNames{unnamed: true})
	v.record(Event{Kind: EventCreate, Ino: ino, Path: v.pathOf(ino), Mode: perm.Perm()})
	v.setMtime(ino)
	return ino
}

// symlink makes a symbolic link: EEXIST where the name is taken.
func (v *volume) symlink(at place, target string) (Ino, error) {
	if v.tree.inoAt(at) != 0 {
		return 0, syscall.EEXIST
	}
	ino := v.tree.addLink(target)
	v.setName(at.dir, at.name, ino)
	v.record(Event{Kind: EventSymlink, Ino: ino, Dir: at.dir, Path: at.path, Data: []byte(target)})
	v.setMtime(ino)
	v.setMtime(at.dir)
	return ino, nil
}

// chmod sets the permission bits. Crashes do not lose them.
func (v *volume) chmod(ino Ino, path string, mode fs.FileMode) {
	v.tree.edit(ino).mode = mode.Perm()
	v.record(Event{Kind: EventChmod, Ino: ino, Path: path, Mode: mode.Perm()})
}

// remove removes a file or an empty directory: ENOENT, ENOTEMPTY.
func (v *volume) remove(at place) error {
	ino := v.tree.lookup(at.dir, at.name)
	switch {
	case ino == 0:
		return syscall.ENOENT
	case len(v.tree.at(ino).names) > 0:
		return syscall.ENOTEMPTY
	}
	v.setName(at.dir, at.name, 0)
	v.markRemoved(ino)
	v.record(Event{Kind: EventRemove, Ino: ino, Dir: at.dir, Path: at.path})
	v.setMtime(at.dir)
	return nil
}

// markRemoved notes that a directory lost its name.
func (v *volume) markRemoved(ino Ino) {
	if v.tree.at(ino).isDir {
		v.tree.edit(ino).removed = true
	}
}

// rename moves from to to, over a file or an empty directory. Two names of one
// file stay as they are.
func (v *volume) rename(from, to place) error {
	ino, over := v.tree.lookup(from.dir, from.name), v.tree.lookup(to.dir, to.name)
	switch err := v.canRename(ino, over, from, to); {
	case err != nil:
		return err
	case over == ino:
		return nil
	}
	v.setName(to.dir, to.name, ino)
	v.setName(from.dir, from.name, 0)
	if over != 0 {
		v.markRemoved(over)
	}
	v.moved(EventRename, ino, from, to)
	return nil
}

// moved journals that from and to changed.
func (v *volume) moved(kind EventKind, ino Ino, from, to place) {
	v.record(Event{Kind: kind, Ino: ino, Dir: from.dir, Path: from.path, ToDir: to.dir, ToPath: to.path})
	v.setMtime(from.dir)
	v.setMtime(to.dir)
}

// canRename says why not, in the order of the kernel's do_renameat2 and
// vfs_rename.
func (v *volume) canRename(ino, over Ino, from, to place) error {
	switch {
	case ino == 0:
		return syscall.ENOENT
	case v.tree.at(ino).isDir && v.tree.within(to.dir, ino):
		return syscall.EINVAL
	case over == 0 || over == ino:
		return nil
	case v.tree.within(from.dir, over):
		return syscall.ENOTEMPTY
	case v.tree.at(ino).isDir && !v.tree.at(over).isDir:
		return syscall.ENOTDIR
	case !v.tree.at(ino).isDir && v.tree.at(over).isDir:
		return syscall.EISDIR
	case len(v.tree.at(over).names) > 0:
		return syscall.ENOTEMPTY
	}
	return nil
}

// exchange gives from what to means and to what from means.
func (v *volume) exchange(from, to place) error {
	ino, other := v.tree.lookup(from.dir, from.name), v.tree.lookup(to.dir, to.name)
	switch {
	case ino == 0 || other == 0:
		return syscall.ENOENT
	case ino == other:
		return nil
	case v.tree.within(to.dir, ino) || v.tree.within(from.dir, other):
		return syscall.EINVAL
	}
	v.setName(to.dir, to.name, ino)
	v.setName(from.dir, from.name, other)
	v.moved(EventExchange, ino, from, to)
	return nil
}

// link gives the file ino, which is at oldPath, a further name.
func (v *volume) link(ino Ino, oldPath string, to place) error {
	switch {
	case to.name == "" || v.tree.lookup(to.dir, to.name) != 0:
		return syscall.EEXIST
	case v.tree.at(ino).isDir:
		return syscall.EPERM
	}
	v.setName(to.dir, to.name, ino)
	v.tree.edit(ino).shared = true
	v.record(Event{Kind: EventLink, Ino: ino, Path: oldPath, ToDir: to.dir, ToPath: to.path})
	v.setMtime(to.dir)
	return nil
}
