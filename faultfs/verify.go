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
	v := &verifier{tree: base.skeleton(), stacks: stacks}
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
	if e.Kind == EventCreate || e.Kind == EventMkdir || e.Kind == EventSymlink {
		return v.create(e)
	}
	if e.Ino < RootIno || int(e.Ino) >= len(v.tree.nodes) {
		return fmt.Errorf("inode %d of %d", e.Ino, len(v.tree.nodes)-1)
	}
	n := v.tree.at(e.Ino)
	switch e.Kind {
	case EventWrite, EventResize, EventAllocate:
		if n.fileType() != 0 {
			return fmt.Errorf("inode %d is no file", e.Ino)
		}
	case EventLink:
		if n.isDir {
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
	case EventExchange:
		return v.exchange(e)
	}
	return nil
}

func (v *verifier) create(e Event) error {
	if int(e.Ino) != len(v.tree.nodes) {
		return fmt.Errorf("new inode %d, want %d", e.Ino, len(v.tree.nodes))
	}
	ino := v.tree.add(e.Kind == EventMkdir, 0)
	if e.Kind == EventSymlink {
		if err := checkTarget(string(e.Data)); err != nil {
			return fmt.Errorf("target %q: %w", e.Data, err)
		}
		v.tree.at(ino).target = string(e.Data)
	}
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
	case at.path != path || !isName(at.name): // a symbolic link on the way too
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

func (v *verifier) exchange(e Event) error {
	to, err := v.tree.resolveParent(e.ToPath)
	if err != nil {
		return err
	}
	other := v.tree.lookup(to.dir, to.name)
	switch {
	case other == 0 || other == e.Ino:
		return fmt.Errorf("%q is inode %d", e.ToPath, other)
	case v.tree.within(e.ToDir, e.Ino) || v.tree.within(e.Dir, other):
		return fmt.Errorf("%q or %q is within the other", e.Path, e.ToPath)
	}
	from, err := v.tree.resolveParent(e.Path)
	switch {
	case err != nil:
		return err
	case from.dir != e.Dir || from.path != e.Path || v.tree.lookup(from.dir, from.name) != e.Ino:
		return fmt.Errorf("%q is not inode %d", e.Path, e.Ino)
	case to.dir != e.ToDir || to.path != e.ToPath:
		return fmt.Errorf("path %q", e.ToPath)
	}
	v.tree.setName(to.dir, to.name, e.Ino)
	v.tree.setName(from.dir, from.name, other)
	return nil
}
