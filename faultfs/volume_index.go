package faultfs

import "strconv"

// nameIndex holds by inode where it is and how many names it has. A volume keeps
// one once a call has named an inode by its number: paths know where they are.
type nameIndex []inodeNames

type inodeNames struct {
	dir   Ino    // 0 if it never had a name that the volume knows of
	name  string // by which it was last made, looked up or moved
	links int
	// unnamed is a file that was made without a name and may be given one.
	unnamed bool
}

// index makes sure that the volume has its index.
func (v *volume) index() {
	if v.names != nil {
		return
	}
	v.names = make(nameIndex, len(v.tree.nodes))
	v.tree.walk(func(_ string, dir Ino, n *node) {
		for _, e := range n.names {
			at := &v.names[e.ino]
			at.links++
			if at.dir == 0 {
				at.dir, at.name = dir, e.name
			}
		}
	})
}

// setName makes name in directory dir mean ino, or nothing if ino is 0.
func (v *volume) setName(dir Ino, name string, ino Ino) {
	if v.names != nil {
		if old := v.tree.lookup(dir, name); old != 0 {
			v.names[old].links--
		}
		v.countName(dir, name, ino)
	}
	v.tree.setName(dir, name, ino)
}

// countName counts a new name of ino, and takes it for where ino is.
func (v *volume) countName(dir Ino, name string, ino Ino) {
	for len(v.names) < len(v.tree.nodes) {
		v.names = append(v.names, inodeNames{})
	}
	if ino != 0 {
		v.names[ino] = inodeNames{dir: dir, name: name, links: v.names[ino].links + 1}
	}
}

// seenAt takes a name by which an inode was looked up for where it is.
func (v *volume) seenAt(ino, dir Ino, name string) {
	v.index()
	v.names[ino].dir, v.names[ino].name = dir, name
}

// links returns how many names an inode has; the root has one.
func (v *volume) links(ino Ino) int {
	v.index()
	if ino == RootIno {
		return 1
	}
	return v.names[ino].links
}

// isGone reports whether the inode's last name is gone, so that it may not be
// given another.
func (v *volume) isGone(ino Ino) bool { return v.links(ino) == 0 && !v.names[ino].unnamed }

// pathOf returns the path by which the inode was last known; a file that never
// had a name has its number for one.
func (v *volume) pathOf(ino Ino) string {
	v.index()
	if ino == RootIno {
		return "/"
	}
	at := v.names[ino]
	if at.dir == 0 {
		return "/#" + strconv.FormatUint(uint64(ino), 10)
	}
	return v.pathIn(at.dir, at.name)
}

// pathIn returns the path of a name in a directory.
func (v *volume) pathIn(dir Ino, name string) string {
	if dir == RootIno {
		return "/" + name
	}
	return v.pathOf(dir) + "/" + name
}
