package faultfs

import "strconv"

// nameIndex tells by inode where it is and how many names it has. A disk keeps
// one once a call has named an inode by its number: paths know where they are.
type nameIndex []inodeNames

type inodeNames struct {
	dir   Ino    // 0 if it never had a name that the disk knows of
	name  string // by which it was last made, looked up or moved
	links int
	// unnamed is a file that was made without a name and may be given one.
	unnamed bool
}

// index makes sure that the disk has its index. The lock is held for writing.
func (d *Disk) index() {
	if d.names != nil {
		return
	}
	d.names = make(nameIndex, len(d.tree.nodes))
	d.tree.walk(func(_ string, dir Ino, n *node) {
		for _, e := range n.names {
			at := &d.names[e.ino]
			at.links++
			if at.dir == 0 {
				at.dir, at.name = dir, e.name
			}
		}
	})
}

// setName makes name in directory dir mean ino, or nothing if ino is 0.
func (d *Disk) setName(dir Ino, name string, ino Ino) {
	if d.names != nil {
		if old := d.tree.lookup(dir, name); old != 0 {
			d.names[old].links--
		}
		d.moved(dir, name, ino)
	}
	d.tree.setName(dir, name, ino)
}

// moved counts a new name of ino, and takes it for where ino is.
func (d *Disk) moved(dir Ino, name string, ino Ino) {
	for len(d.names) < len(d.tree.nodes) {
		d.names = append(d.names, inodeNames{})
	}
	if ino != 0 {
		d.names[ino] = inodeNames{dir: dir, name: name, links: d.names[ino].links + 1}
	}
}

// pathOf returns the path by which the inode was last known; a file that never
// had a name has its number for one.
func (d *Disk) pathOf(ino Ino) string {
	if ino == RootIno {
		return "/"
	}
	at := d.names[ino]
	if at.dir == 0 {
		return "/#" + strconv.FormatUint(uint64(ino), 10)
	}
	return d.pathIn(at.dir, at.name)
}

func (d *Disk) pathIn(dir Ino, name string) string {
	if dir == RootIno {
		return "/" + name
	}
	return d.pathOf(dir) + "/" + name
}
