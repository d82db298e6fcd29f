package volume

import (
	"strconv"

	"github.com/ackproof/ackproof/faultfs/internal/tree"
)

// index makes sure that the volume has its index.
func (v *Volume) index() {
	if v.names != nil {
		return
	}
	v.names = make(nameIndex, len(v.Tree.Nodes))
	v.Tree.Walk(func(_ string, dir tree.Ino, n *tree.Node) {
		for _, e := range n.Names {
			at := &v.names[e.Ino]
			at.links++
			if at.dir == 0 {
				at.dir, at.name = dir, e.Name
			}
		}
	})
}

// setName makes name in directory dir mean ino, or nothing if ino is 0.
func (v *Volume) setName(dir tree.Ino, name string, ino tree.Ino) {
	if v.names != nil {
		if old := v.Tree.Lookup(dir, name); old != 0 {
			v.names[old].links--
		}
		v.countName(dir, name, ino)
	}
	v.Tree.SetName(dir, name, ino)
}

// countName counts a new name of ino, and takes it for where ino is.
func (v *Volume) countName(dir tree.Ino, name string, ino tree.Ino) {
	for len(v.names) < len(v.Tree.Nodes) {
		v.names = append(v.names, inodeNames{})
	}
	if ino != 0 {
		v.names[ino] = inodeNames{dir: dir, name: name, links: v.names[ino].links + 1}
	}
}

// SeenAt takes a name by which an inode was looked up for where it is.
func (v *Volume) SeenAt(ino, dir tree.Ino, name string) {
	v.index()
	v.names[ino].dir, v.names[ino].name = dir, name
}

// Links returns how many names an inode has; the root has one.
func (v *Volume) Links(ino tree.Ino) int {
	v.index()
	if ino == tree.RootIno {
		return 1
	}
	return v.names[ino].links
}

// IsGone reports whether the inode's last name is gone, so that it may not be
// given another.
func (v *Volume) IsGone(ino tree.Ino) bool { return v.Links(ino) == 0 && !v.names[ino].unnamed }

// PathOf returns the path by which the inode was last known; a file that never
// had a name has its number for one.
func (v *Volume) PathOf(ino tree.Ino) string {
	v.index()
	if ino == tree.RootIno {
		return "/"
	}
	at := v.names[ino]
	if at.dir == 0 {
		return unnamedPath(ino)
	}
	return v.PathIn(at.dir, at.name)
}

func unnamedPath(ino tree.Ino) string { return "/#" + strconv.FormatUint(uint64(ino), 10) }

// PathIn returns the path of a name in a directory.
func (v *Volume) PathIn(dir tree.Ino, name string) string {
	if dir == tree.RootIno {
		return "/" + name
	}
	return v.PathOf(dir) + "/" + name
}
