package faultfs

import (
	"io/fs"
	"slices"
	"strings"
)

// Ino numbers a file or directory. Numbers are never used again, so an inode in
// a journal means one file for ever. 0 is none, 1 the root directory.
type Ino uint32

// RootIno is the root directory.
const RootIno Ino = 1

const (
	pageBytes     = 4096
	pagesPerChunk = 16
)

// token marks what a tree may change in place: a part whose owner is another
// token is shared and copied before its first change.
type token struct{ _ byte }

// tree is a file system's content: inodes by number, names in directories. It is
// copied by sharing; a copy costs what later changes, not what exists.
type tree struct {
	nodes []*node // by Ino
	owner *token  // nil: frozen, never changed again
}

// node is one inode.
type node struct {
	owner   *token
	isDir   bool
	mode    fs.FileMode // permission bits
	mtime   int64       // time of the last change, in events
	size    int64
	chunks  []*chunk // a file's content; nil is zeros
	names   []dirent // a directory's entries, sorted by name
	target  string   // of a symbolic link; nothing else has one
	ragged  bool     // there may be content behind size
	shared  bool     // it may have several names
	removed bool     // a directory that is gone, seen by who has it open
	summed  bool     // digest is right
	digest  Digest
}

// chunk is a run of pages, the unit in which page tables are shared.
type chunk struct {
	owner *token
	own   uint16 // pages that only this chunk holds
	known uint16 // pages whose sum is right
	pages [pagesPerChunk]*[pageBytes]byte
	sums  [pagesPerChunk]Digest
}

type dirent struct {
	name string
	ino  Ino
}

// newTree returns a tree with nothing but a root directory.
func newTree() *tree {
	t := emptyTree()
	t.add(true, 0o755)
	return t
}

// emptyTree returns a tree without a root: the first inode that is added is it.
func emptyTree() *tree { return &tree{owner: new(token), nodes: []*node{nil}} }

// skeleton returns a copy with names, types and targets, and no content.
func (t *tree) skeleton() *tree {
	out := emptyTree()
	for _, n := range t.nodes[RootIno:] {
		out.nodes = append(out.nodes, &node{owner: out.owner, isDir: n.isDir, target: n.target, names: slices.Clone(n.names)})
	}
	return out
}

// freeze returns t as it is now, never to change; t goes on sharing with it.
func (t *tree) freeze() *tree {
	t.owner = new(token)
	return &tree{nodes: slices.Clone(t.nodes)}
}

// share returns the inode as it is now, never to change; t goes on with a copy.
func (t *tree) share(ino Ino) *node {
	t.owner = new(token)
	return t.nodes[ino]
}

// thaw returns a copy of t that may be changed. Any number of goroutines may
// thaw one frozen tree.
func (t *tree) thaw() *tree {
	nodes := make([]*node, len(t.nodes), len(t.nodes)+8)
	copy(nodes, t.nodes)
	return &tree{nodes: nodes, owner: new(token)}
}

// add makes a new inode.
func (t *tree) add(isDir bool, mode fs.FileMode) Ino {
	t.nodes = append(t.nodes, &node{owner: t.owner, isDir: isDir, mode: mode})
	return Ino(len(t.nodes) - 1)
}

// addLink makes a symbolic link. All links have the same permission bits.
func (t *tree) addLink(target string) Ino {
	ino := t.add(false, 0o777)
	t.at(ino).target = target
	return ino
}

// at returns the inode for reading.
func (t *tree) at(ino Ino) *node { return t.nodes[ino] }

// edit returns the inode for changing.
func (t *tree) edit(ino Ino) *node {
	n := t.nodes[ino]
	if n.owner == t.owner {
		n.summed = false
		return n
	}
	c := *n
	c.owner, c.summed = t.owner, false
	c.chunks = slices.Clone(n.chunks)
	c.names = slices.Clone(n.names)
	t.nodes[ino] = &c
	return &c
}

// lookup returns the inode that name means in directory dir, 0 for none.
func (t *tree) lookup(dir Ino, name string) Ino {
	names := t.nodes[dir].names
	if i, ok := findName(names, name); ok {
		return names[i].ino
	}
	return 0
}

// setName makes name in directory dir mean ino, or nothing if ino is 0.
func (t *tree) setName(dir Ino, name string, ino Ino) {
	n := t.edit(dir)
	i, ok := findName(n.names, name)
	switch {
	case ok && ino == 0:
		n.names = slices.Delete(n.names, i, i+1)
	case ok:
		n.names[i].ino = ino
	case ino != 0:
		n.names = slices.Insert(n.names, i, dirent{name, ino})
	}
}

func findName(names []dirent, name string) (int, bool) {
	return slices.BinarySearchFunc(names, name, func(d dirent, name string) int {
		return strings.Compare(d.name, name)
	})
}

// settle makes every page's sum known, so that copies of t can be hashed by many
// goroutines without a write to what they share.
func (t *tree) settle() {
	for _, n := range t.nodes[1:] {
		n.sum()
	}
}

// resize sets a file's size, with zeros where it grows.
func (t *tree) resize(ino Ino, size int64) {
	n := t.edit(ino)
	if size < n.size {
		n.cut(size)
	}
	n.size = size
}

// within reports whether dir is top or lies below it.
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

// walk visits each name that can be reached, a directory before its entries, in
// the order of names. A directory that can be reached twice, as a split rename
// leaves it, is entered once.
func (t *tree) walk(visit func(p string, ino Ino, n *node)) {
	var entered []Ino
	var step func(p string, ino Ino)
	step = func(p string, ino Ino) {
		n := t.nodes[ino]
		visit(p, ino, n)
		if !n.isDir {
			return
		}
		for _, other := range entered {
			if other == ino {
				return
			}
		}
		entered = append(entered, ino)
		for _, d := range n.names {
			step(p+"/"+d.name, d.ino)
		}
	}
	step("", RootIno)
}

// fileType returns the bits that tell a directory or a symbolic link.
func (n *node) fileType() fs.FileMode {
	switch {
	case n.isDir:
		return fs.ModeDir
	case n.target != "":
		return fs.ModeSymlink
	}
	return 0
}

// length returns what Stat calls the size: for a symbolic link that of its
// target.
func (n *node) length() int64 { return n.size + int64(len(n.target)) }
