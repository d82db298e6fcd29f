package faultfs

import (
	"errors"
	"fmt"
)

// spanBytesMax bounds what the files of a stored journal may span together, so
// that a few altered bytes cannot ask for gigabytes of page tables.
const spanBytesMax = 4 << 30

// verifier replays a journal's events on names and sizes alone.
type verifier struct {
	tree   *tree
	span   []int64 // by Ino: the farthest byte that had a place
	total  int64
	stacks int
}

// verify tells whether a disk that began as base can have journaled the events.
func verify(base *tree, events []Event, stacks int) error {
	v := &verifier{tree: &tree{owner: new(token), nodes: []*node{nil}}, stacks: stacks}
	for _, n := range base.nodes[RootIno:] {
		v.tree.nodes = append(v.tree.nodes, &node{owner: v.tree.owner, isDir: n.isDir, names: append([]dirent(nil), n.names...)})
	}
	v.span = make([]int64, len(base.nodes))
	for ino, n := range base.nodes {
		if n != nil {
			if err := v.reach(Ino(ino), n.size); err != nil {
				return fmt.Errorf("%w: inode %d: %w", ErrJournal, ino, err)
			}
		}
	}
	for i, e := range events {
		if err := v.event(e); err != nil {
			return fmt.Errorf("%w: event %d, %v: %w", ErrJournal, i, e, err)
		}
	}
	return nil
}

// reach notes that a file has a byte before end.
func (v *verifier) reach(ino Ino, end int64) error {
	if end < 0 || end > spanBytesMax {
		return fmt.Errorf("offset %d: want 0 to %d", end, spanBytesMax)
	}
	v.total += max(end-v.span[ino], 0)
	v.span[ino] = max(v.span[ino], end)
	if v.total > spanBytesMax {
		return fmt.Errorf("the files span more than %d bytes", spanBytesMax)
	}
	return nil
}

func (v *verifier) event(e Event) error {
	if e.Stack < 0 || e.Stack > v.stacks {
		return fmt.Errorf("stack %d of %d", e.Stack, v.stacks)
	}
	if e.isMark() {
		return nil
	}
	if e.Kind == EventCreate || e.Kind == EventMkdir {
		return v.create(e)
	}
	if e.Ino < RootIno || int(e.Ino) >= len(v.tree.nodes) {
		return fmt.Errorf("inode %d of %d", e.Ino, len(v.tree.nodes)-1)
	}
	isDir := v.tree.at(e.Ino).isDir
	switch e.Kind {
	case EventWrite, EventResize, EventLink:
		if isDir {
			return fmt.Errorf("inode %d is a directory", e.Ino)
		}
	}
	switch e.Kind {
	case EventWrite:
		if len(e.Data) == 0 || e.Off < 0 || e.Off > spanBytesMax {
			return fmt.Errorf("%d bytes at %d", len(e.Data), e.Off)
		}
		return v.reach(e.Ino, e.Off+int64(len(e.Data)))
	case EventResize:
		return v.reach(e.Ino, e.Off)
	case EventLink:
		return v.name(e.ToDir, e.ToPath, 0, e.Ino)
	case EventRemove:
		if len(v.tree.at(e.Ino).names) > 0 {
			return errors.New("the directory is not empty")
		}
		return v.name(e.Dir, e.Path, e.Ino, 0)
	case EventRename:
		return v.rename(e)
	}
	return nil
}

func (v *verifier) create(e Event) error {
	if int(e.Ino) != len(v.tree.nodes) {
		return fmt.Errorf("new inode %d, want %d", e.Ino, len(v.tree.nodes))
	}
	v.tree.add(e.Kind == EventMkdir, 0)
	v.span = append(v.span, 0)
	if e.Kind == EventCreate && e.Dir == 0 {
		return nil // without a name
	}
	return v.name(e.Dir, e.Path, 0, e.Ino)
}

// name changes a name from one inode to another, 0 for none.
func (v *verifier) name(dir Ino, path string, from, to Ino) error {
	at, err := v.tree.resolveParent(path)
	switch {
	case err != nil:
		return err
	case clean(path) != path || !isName(at.name):
		return fmt.Errorf("path %q", path)
	case at.dir != dir:
		return fmt.Errorf("%q is in inode %d, not in %d", path, at.dir, dir)
	case v.tree.lookup(dir, at.name) != from:
		return fmt.Errorf("%q is inode %d, want %d", path, v.tree.lookup(dir, at.name), from)
	}
	v.tree.setName(dir, at.name, to)
	return nil
}

func (v *verifier) rename(e Event) error {
	to, err := v.tree.resolveParent(e.ToPath)
	if err != nil {
		return err
	}
	over := v.tree.lookup(to.dir, to.name)
	switch isDir := v.tree.at(e.Ino).isDir; {
	case over == e.Ino:
		return fmt.Errorf("%q is inode %d already", e.ToPath, e.Ino)
	case over != 0 && isDir != v.tree.at(over).isDir:
		return fmt.Errorf("%q is there, and one of the two is a directory", e.ToPath)
	case over != 0 && len(v.tree.at(over).names) > 0:
		return fmt.Errorf("%q is a directory that is not empty", e.ToPath)
	case isDir && v.tree.within(to.dir, e.Ino):
		return fmt.Errorf("%q is within inode %d", e.ToPath, e.Ino)
	}
	if err := v.name(e.ToDir, e.ToPath, over, e.Ino); err != nil {
		return err
	}
	return v.name(e.Dir, e.Path, e.Ino, 0)
}
