package tree

import (
	"slices"
	"strings"
)

// Patcher changes a directory tree for [Image.Patch]. Paths begin with a slash
// that stands for the tree's root.
type Patcher interface {
	// Mkdir makes a directory.
	Mkdir(path string) error
	// Remove removes a file, a symbolic link, or a directory with all below it.
	Remove(path string) error
	// Create makes an empty file.
	Create(path string) error
	// Link gives what is at oldPath, symbolic links included, a further name.
	Link(oldPath, newPath string) error
	// Symlink makes a symbolic link.
	Symlink(target, path string) error
	// Resize sets a file's size; where it grows it must read as zeros.
	Resize(path string, size int64) error
	// WriteAt writes within the file's size. It may not keep or change p.
	WriteAt(path string, p []byte, off int64) error
}

// Patch makes a directory tree that holds old into one that holds img; old nil
// is an empty root. It touches what differs, page by page, in a fixed order:
// first what goes, by name, then the rest, by name. What both images share in
// memory, as the states of one journal do, it skips without looking at bytes.
// Permission bits and times are left alone. The first error ends it and is
// returned; the tree then holds neither image.
func (img *Image) Patch(old *Image, p Patcher) error {
	if old == nil {
		old = EmptyImage()
	}
	if img.hash == old.hash {
		return nil
	}
	w := &patching{Patcher: p, pages: pageWriter{to: p}, old: old.tree, new: img.tree, made: map[Ino]string{}}
	if old.links != img.links {
		w.oldSets, w.newSets = old.tree.linkSets(), img.tree.linkSets()
	}
	if err := w.removeIn(nil, RootIno, RootIno); err != nil {
		return err
	}
	return w.makeIn(nil, RootIno, RootIno)
}

type patching struct {
	Patcher
	old, new *Tree
	// oldSets and newSets have, by path, all the names of a file with several;
	// nil if they are the same in both images.
	oldSets, newSets map[string][]string
	made             map[Ino]string // files that may have several names: the first
	pages            pageWriter
}

// linkSets returns, by path, the names of each file that has several, in the
// order of the walk.
func (t *Tree) linkSets() map[string][]string {
	paths := map[Ino][]string{}
	t.Walk(func(p string, ino Ino, n *Node) {
		if !n.IsDir {
			paths[ino] = append(paths[ino], p)
		}
	})
	sets := map[string][]string{}
	for _, set := range paths {
		for _, p := range set {
			if len(set) > 1 {
				sets[p] = set
			}
		}
	}
	return sets
}

// inTree is a directory that is being visited; nil is the root. Its path costs
// something, so that only a change asks for it.
type inTree struct {
	above *inTree
	name  string
}

func (d *inTree) path(name string) string {
	parts := []string{name}
	for ; d != nil; d = d.above {
		parts = append(parts, d.name)
	}
	slices.Reverse(parts)
	return "/" + strings.Join(parts, "/")
}

// pairs visits the names of two directories in their order, with 0 where one of
// them lacks a name.
func pairs(a, b []Dirent, visit func(name string, a, b Ino) error) error {
	for len(a)+len(b) > 0 {
		var inA, inB Ino
		var name string
		switch {
		case len(b) == 0 || len(a) > 0 && a[0].Name < b[0].Name:
			name, inA, a = a[0].Name, a[0].Ino, a[1:]
		case len(a) == 0 || b[0].Name < a[0].Name:
			name, inB, b = b[0].Name, b[0].Ino, b[1:]
		default:
			name, inA, inB, a, b = a[0].Name, a[0].Ino, b[0].Ino, a[1:], b[1:]
		}
		if err := visit(name, inA, inB); err != nil {
			return err
		}
	}
	return nil
}

// keeps reports whether what stands at a name can be made into what shall stand
// there. A file whose set of names differs cannot.
func (w *patching) keeps(dir *inTree, name string, from, to Ino) bool {
	a, b := w.old.Inode(from), w.new.Inode(to)
	if a.IsDir != b.IsDir || a.Target != b.Target {
		return false
	}
	if w.oldSets == nil || a.IsDir {
		return true
	}
	p := dir.path(name)
	return slices.Equal(w.oldSets[p], w.newSets[p])
}

// same reports whether a file is the same part of memory in both images.
func (w *patching) same(from, to Ino) bool {
	n := w.old.Inode(from)
	return n == w.new.Inode(to) && !n.IsDir && w.oldSets == nil
}

// removeIn removes what cannot stay, in both directories and below.
func (w *patching) removeIn(dir *inTree, from, to Ino) error {
	if n := w.old.Inode(from); n == w.new.Inode(to) && w.oldSets == nil {
		return w.removeBelow(dir, n)
	}
	return pairs(w.old.Inode(from).Names, w.new.Inode(to).Names, func(name string, a, b Ino) error {
		switch {
		case a == 0:
			return nil
		case b == 0 || !w.keeps(dir, name, a, b):
			return w.Remove(dir.path(name))
		case w.old.Inode(a).IsDir:
			return w.removeIn(&inTree{dir, name}, a, b)
		}
		return nil
	})
}

// removeBelow is removeIn for one directory that both images share: names and
// types are the same, but directories in it may differ.
func (w *patching) removeBelow(dir *inTree, n *Node) error {
	for _, e := range n.Names {
		if !w.old.Inode(e.Ino).IsDir {
			continue
		}
		if err := w.removeIn(&inTree{dir, e.Name}, e.Ino, e.Ino); err != nil {
			return err
		}
	}
	return nil
}

// makeIn makes what is missing and changes what differs; from is 0 for a
// directory that was not there.
func (w *patching) makeIn(dir *inTree, from, to Ino) error {
	var names []Dirent
	if from != 0 {
		names = w.old.Inode(from).Names
	}
	return pairs(names, w.new.Inode(to).Names, func(name string, a, b Ino) error {
		if b == 0 || a != 0 && w.same(a, b) {
			return nil
		}
		if a != 0 && !w.keeps(dir, name, a, b) {
			a = 0
		}
		if w.new.Inode(b).IsDir {
			return w.makeDir(dir, name, a, b)
		}
		return w.makeFile(dir, name, a, b)
	})
}

func (w *patching) makeDir(dir *inTree, name string, from, to Ino) error {
	if from == 0 {
		if err := w.Mkdir(dir.path(name)); err != nil {
			return err
		}
	}
	return w.makeIn(&inTree{dir, name}, from, to)
}

func (w *patching) makeFile(dir *inTree, name string, from, to Ino) error {
	b := w.new.Inode(to)
	if from != 0 && (w.old.Inode(from) == b || b.Target != "") {
		return nil
	}
	p := dir.path(name)
	if b.Shared {
		if first, again := w.made[to]; again && from != 0 {
			return nil
		} else if again {
			return w.Link(first, p)
		}
		w.made[to] = p
	}
	switch {
	case from != 0:
		return w.pages.change(p, w.old.Inode(from), b)
	case b.Target != "":
		return w.Symlink(b.Target, p)
	}
	if err := w.Create(p); err != nil {
		return err
	}
	return w.pages.change(p, &Node{}, b)
}
