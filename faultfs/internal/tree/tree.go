// Package tree holds what a file system holds: inodes by number, names in
// directories, and bytes in pages. Copies share what they have in common, so a copy
// costs what later changes, not what exists.
package tree

import (
	"io/fs"
	"slices"
	"strings"
)

// Tree is a file system's content: inodes by number, names in directories. It is
// copied by sharing; a copy costs what later changes, not what exists.
type Tree struct {
	Nodes []*Node // by Ino
	owner *owner  // nil: frozen, never changed again
}

// New returns a tree with nothing but a root directory.
func New() *Tree {
	t := EmptyTree()
	t.Add(true, 0o755)
	return t
}

// EmptyTree returns a tree without a root: the first inode that is added is it.
func EmptyTree() *Tree { return &Tree{owner: new(owner), Nodes: []*Node{nil}} }

// Skeleton returns a copy with names, types and targets, and no content.
func (t *Tree) Skeleton() *Tree {
	out := EmptyTree()
	for _, n := range t.Nodes[RootIno:] {
		out.Nodes = append(out.Nodes, &Node{owner: out.owner, IsDir: n.IsDir, Target: n.Target, Names: slices.Clone(n.Names)})
	}
	return out
}

// Freeze returns t as it is now, never to change; t goes on sharing with it.
func (t *Tree) Freeze() *Tree {
	t.owner = new(owner)
	return &Tree{Nodes: slices.Clone(t.Nodes)}
}

// Share returns the inode as it is now, never to change; t goes on with a copy.
func (t *Tree) Share(ino Ino) *Node {
	t.owner = new(owner)
	return t.Nodes[ino]
}

// Thaw returns a copy of t that may be changed. Any number of goroutines may
// thaw one frozen tree.
func (t *Tree) Thaw() *Tree {
	nodes := make([]*Node, len(t.Nodes), len(t.Nodes)+8)
	copy(nodes, t.Nodes)
	return &Tree{Nodes: nodes, owner: new(owner)}
}

// Add makes a new inode, without a name, and returns its number.
func (t *Tree) Add(isDir bool, mode fs.FileMode) Ino {
	t.Nodes = append(t.Nodes, &Node{owner: t.owner, IsDir: isDir, Mode: mode})
	return Ino(len(t.Nodes) - 1)
}

// AddLink makes a symbolic link. All links have the same permission bits.
func (t *Tree) AddLink(target string) Ino {
	ino := t.Add(false, 0o777)
	t.Inode(ino).Target = target
	return ino
}

// Inode returns the inode for reading. It panics for a number that was never given
// out, as Edit does.
func (t *Tree) Inode(ino Ino) *Node { return t.Nodes[ino] }

// Edit returns the inode for changing. It may be a copy: what Inode
// returned before is then out of date.
func (t *Tree) Edit(ino Ino) *Node {
	n := t.Nodes[ino]
	if n.owner == t.owner {
		n.summed = false
		return n
	}
	c := *n
	c.owner, c.summed = t.owner, false
	c.chunks = slices.Clone(n.chunks)
	c.Names = slices.Clone(n.Names)
	t.Nodes[ino] = &c
	return &c
}

// Lookup returns the inode that name means in directory dir, 0 for none.
func (t *Tree) Lookup(dir Ino, name string) Ino {
	names := t.Nodes[dir].Names
	if i, ok := FindName(names, name); ok {
		return names[i].Ino
	}
	return 0
}

// SetName makes name in directory dir mean ino, or nothing if ino is 0.
func (t *Tree) SetName(dir Ino, name string, ino Ino) {
	n := t.Edit(dir)
	i, ok := FindName(n.Names, name)
	switch {
	case ok && ino == 0:
		n.Names = slices.Delete(n.Names, i, i+1)
	case ok:
		n.Names[i].Ino = ino
	case ino != 0:
		n.Names = slices.Insert(n.Names, i, Dirent{name, ino})
	}
}

// FindName returns where a name stands in sorted ones, or would stand, and reports
// whether it is there.
func FindName(names []Dirent, name string) (int, bool) {
	return slices.BinarySearchFunc(names, name, func(d Dirent, name string) int {
		return strings.Compare(d.Name, name)
	})
}

// SumPages makes every page's sum known, so that copies of t can be hashed by many
// goroutines without a write to what they share.
func (t *Tree) SumPages() {
	for _, n := range t.Nodes[1:] {
		n.sum()
	}
}

// Resize sets a file's size, with zeros where it grows.
func (t *Tree) Resize(ino Ino, size int64) {
	n := t.Edit(ino)
	if size < n.Size {
		n.cut(size)
	}
	n.Size = size
}

// Within reports whether dir is top or lies below it.
func (t *Tree) Within(dir, top Ino) bool {
	if dir == top {
		return true
	}
	for _, d := range t.Inode(top).Names {
		if t.Inode(d.Ino).IsDir && t.Within(dir, d.Ino) {
			return true
		}
	}
	return false
}

// Walk visits each name that can be reached, a directory before its entries, in
// the order of names. A directory that can be reached twice, as a split rename
// leaves it, is entered once.
func (t *Tree) Walk(visit func(p string, ino Ino, n *Node)) {
	var entered []Ino
	var step func(p string, ino Ino)
	step = func(p string, ino Ino) {
		n := t.Nodes[ino]
		visit(p, ino, n)
		if !n.IsDir {
			return
		}
		for _, other := range entered {
			if other == ino {
				return
			}
		}
		entered = append(entered, ino)
		for _, d := range n.Names {
			step(p+"/"+d.Name, d.Ino)
		}
	}
	step("", RootIno)
}
