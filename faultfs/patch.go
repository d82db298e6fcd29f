package faultfs

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
	w := &patching{Patcher: p, old: old.tree, new: img.tree, made: map[Ino]string{}}
	if old.links != img.links {
		w.oldSets, w.newSets = old.tree.linkSets(), img.tree.linkSets()
	}
	if err := w.removeIn(nil, RootIno, RootIno); err != nil {
		return err
	}
	return w.makeIn(nil, RootIno, RootIno)
}

// patching is one patch being made.
type patching struct {
	Patcher
	old, new *tree
	// oldSets and newSets have, by path, all the names of a file with several;
	// nil if they are the same in both images.
	oldSets, newSets map[string][]string
	made             map[Ino]string // files that may have several names: the first
	buf              []byte
}

// linkSets returns, by path, the names of each file that has several, in the
// order of the walk.
func (t *tree) linkSets() map[string][]string {
	paths := map[Ino][]string{}
	t.walk(func(p string, ino Ino, n *node) {
		if !n.isDir {
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
func pairs(a, b []dirent, visit func(name string, a, b Ino) error) error {
	for len(a)+len(b) > 0 {
		var inA, inB Ino
		var name string
		switch {
		case len(b) == 0 || len(a) > 0 && a[0].name < b[0].name:
			name, inA, a = a[0].name, a[0].ino, a[1:]
		case len(a) == 0 || b[0].name < a[0].name:
			name, inB, b = b[0].name, b[0].ino, b[1:]
		default:
			name, inA, inB, a, b = a[0].name, a[0].ino, b[0].ino, a[1:], b[1:]
		}
		if err := visit(name, inA, inB); err != nil {
			return err
		}
	}
	return nil
}

// keeps tells whether what stands at a name can be made into what shall stand
// there. A file whose set of names differs cannot.
func (w *patching) keeps(dir *inTree, name string, from, to Ino) bool {
	a, b := w.old.at(from), w.new.at(to)
	if a.isDir != b.isDir || a.target != b.target {
		return false
	}
	if w.oldSets == nil || a.isDir {
		return true
	}
	p := dir.path(name)
	return slices.Equal(w.oldSets[p], w.newSets[p])
}

// same tells whether a file is the same part of memory in both images.
func (w *patching) same(from, to Ino) bool {
	n := w.old.at(from)
	return n == w.new.at(to) && !n.isDir && w.oldSets == nil
}

// removeIn removes what cannot stay, in both directories and below.
func (w *patching) removeIn(dir *inTree, from, to Ino) error {
	if n := w.old.at(from); n == w.new.at(to) && w.oldSets == nil {
		return w.removeBelow(dir, n)
	}
	return pairs(w.old.at(from).names, w.new.at(to).names, func(name string, a, b Ino) error {
		switch {
		case a == 0:
			return nil
		case b == 0 || !w.keeps(dir, name, a, b):
			return w.Remove(dir.path(name))
		case w.old.at(a).isDir:
			return w.removeIn(&inTree{dir, name}, a, b)
		}
		return nil
	})
}

// removeBelow is removeIn for one directory that both images share: names and
// types are the same, but directories in it may differ.
func (w *patching) removeBelow(dir *inTree, n *node) error {
	for _, e := range n.names {
		if !w.old.at(e.ino).isDir {
			continue
		}
		if err := w.removeIn(&inTree{dir, e.name}, e.ino, e.ino); err != nil {
			return err
		}
	}
	return nil
}

// makeIn makes what is missing and changes what differs; from is 0 for a
// directory that was not there.
func (w *patching) makeIn(dir *inTree, from, to Ino) error {
	var names []dirent
	if from != 0 {
		names = w.old.at(from).names
	}
	return pairs(names, w.new.at(to).names, func(name string, a, b Ino) error {
		if b == 0 || a != 0 && w.same(a, b) {
			return nil
		}
		if a != 0 && !w.keeps(dir, name, a, b) {
			a = 0
		}
		if w.new.at(b).isDir {
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
	b := w.new.at(to)
	if from != 0 && (w.old.at(from) == b || b.target != "") {
		return nil
	}
	p := dir.path(name)
	if b.shared {
		if first, again := w.made[to]; again && from != 0 {
			return nil
		} else if again {
			return w.Link(first, p)
		}
		w.made[to] = p
	}
	switch {
	case from != 0:
		return w.change(p, w.old.at(from), b)
	case b.target != "":
		return w.Symlink(b.target, p)
	}
	if err := w.Create(p); err != nil {
		return err
	}
	return w.change(p, &node{}, b)
}
