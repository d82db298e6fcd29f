package faultfs

import (
	"io/fs"
	"syscall"
)

// Attr describes an inode.
type Attr struct {
	Ino Ino
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
	// Time is the number of the event that changed it last.
	Time int64
}

// Dirent is a name in a directory.
type Dirent struct {
	Name string
	Ino  Ino
	// Type is as in [Attr].
	Type fs.FileMode
}

// The methods that take an [Ino] are for a server that a kernel asks: it names
// files by number. They do and journal what their twins by path do, under the
// path by which the inode was last made, looked up or moved. Their errors are a
// bare [syscall.Errno], or a fault's. A number that the disk never gave out is
// ESTALE; numbers of removed files stay good.

// Attr describes the inode.
func (d *Disk) Attr(ino Ino) (Attr, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, err := d.inode(ino); err != nil {
		return Attr{}, err
	}
	return d.attr(ino), nil
}

// inode returns the inode for reading, or ESTALE.
func (d *Disk) inode(ino Ino) (*node, error) {
	if ino < RootIno || int(ino) >= len(d.tree.nodes) {
		return nil, syscall.ESTALE
	}
	return d.tree.at(ino), nil
}

// attr describes an inode that is there. The lock is held for writing.
func (d *Disk) attr(ino Ino) Attr {
	d.index()
	n := d.tree.at(ino)
	a := Attr{Ino: ino, Type: n.fileType(), Perm: n.mode, SizeBytes: n.length(), Links: d.names[ino].links, Time: n.mtime}
	if ino == RootIno {
		a.Links = 1
	}
	return a
}

// Lookup describes what name means in the directory: ENOENT where it means
// nothing, ENOTDIR, ENAMETOOLONG.
func (d *Disk) Lookup(dir Ino, name string) (Attr, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	at, err := d.placeIn(dir, name)
	if err != nil {
		return Attr{}, err
	}
	ino := d.tree.lookup(dir, at.name)
	if ino == 0 {
		return Attr{}, syscall.ENOENT
	}
	d.names[ino].dir, d.names[ino].name = dir, name
	return d.attr(ino), nil
}

// placeIn returns the place of a name in a directory that is still there. The
// lock is held for writing.
func (d *Disk) placeIn(dir Ino, name string) (place, error) {
	n, err := d.inode(dir)
	switch {
	case err != nil:
		return place{}, err
	case !n.isDir:
		return place{}, syscall.ENOTDIR
	case len(name) > nameBytesMax:
		return place{}, syscall.ENAMETOOLONG
	case !isName(name):
		return place{}, syscall.EINVAL
	case n.removed:
		return place{}, syscall.ENOENT
	}
	d.index()
	return place{dir, name, d.pathIn(dir, name)}, nil
}

// List returns the names in the directory, in their order; none for one that was
// removed. ENOTDIR for a file.
func (d *Disk) List(dir Ino) ([]Dirent, error) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	n, err := d.inode(dir)
	switch {
	case err != nil:
		return nil, err
	case !n.isDir:
		return nil, syscall.ENOTDIR
	}
	out := make([]Dirent, len(n.names))
	for i, e := range n.names {
		out[i] = Dirent{e.name, e.ino, d.tree.at(e.ino).fileType()}
	}
	return out, nil
}
