package journal

import (
	"errors"
	"fmt"

	"github.com/ackproof/ackproof/faultfs/internal/tree"
)

// spanBytesMax bounds what the files of a stored journal may span together, so
// that a few altered bytes cannot ask for gigabytes of page tables.
const spanBytesMax = 4 << 30

// verifier replays a journal's events on names and sizes alone.
type verifier struct {
	tree   *tree.Tree
	span   []int64 // by Ino: the farthest byte that had a place
	total  int64
	stacks int
}

// verify reports whether a disk that began as base can have journaled the events.
func verify(base *tree.Tree, events []Event, stacks int) error {
	v := &verifier{tree: base.Skeleton(), stacks: stacks}
	v.span = make([]int64, len(base.Nodes))
	for ino, n := range base.Nodes {
		if n != nil {
			if err := v.reach(tree.Ino(ino), n.Size); err != nil {
				return fmt.Errorf("%w: inode %d: %w", ErrRecord, ino, err)
			}
		}
	}
	for i, e := range events {
		err := v.event(e)
		if e.During < 0 || e.During > i || e.During > 0 && !e.IsSync() && e.Kind != EventSyncFail {
			err = fmt.Errorf("%d events while it ran", e.During)
		}
		if err != nil {
			return fmt.Errorf("%w: event %d, %v: %w", ErrRecord, i, e, err)
		}
	}
	return nil
}

// reach notes that a file has a byte before end.
func (v *verifier) reach(ino tree.Ino, end int64) error {
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
	if e.Kind == 0 || int(e.Kind) >= len(eventNames) {
		return errors.New("unknown kind")
	}
	if e.Stack < 0 || e.Stack > v.stacks {
		return fmt.Errorf("stack %d of %d", e.Stack, v.stacks)
	}
	if e.IsMark() {
		return nil
	}
	if err := verifyFault(e); err != nil || e.Kind == EventFault && e.Ino == 0 {
		return err
	}
	if e.Kind == EventCreate || e.Kind == EventMkdir || e.Kind == EventSymlink {
		return v.create(e)
	}
	if e.Ino < tree.RootIno || int(e.Ino) >= len(v.tree.Nodes) {
		return fmt.Errorf("inode %d of %d", e.Ino, len(v.tree.Nodes)-1)
	}
	n := v.tree.Inode(e.Ino)
	switch e.Kind {
	case EventWrite, EventResize, EventAllocate:
		if n.FileType() != 0 {
			return fmt.Errorf("inode %d is no file", e.Ino)
		}
	case EventLink:
		if n.IsDir {
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
		return v.setName(e.ToDir, e.ToPath, 0, e.Ino)
	case EventRemove:
		if len(v.tree.Inode(e.Ino).Names) > 0 {
			return errors.New("the directory is not empty")
		}
		return v.setName(e.Dir, e.Path, e.Ino, 0)
	case EventRename:
		return v.rename(e)
	case EventExchange:
		return v.exchange(e)
	}
	return nil
}

func (v *verifier) create(e Event) error {
	if int(e.Ino) != len(v.tree.Nodes) {
		return fmt.Errorf("new inode %d, want %d", e.Ino, len(v.tree.Nodes))
	}
	ino := v.tree.Add(e.Kind == EventMkdir, 0)
	if e.Kind == EventSymlink {
		if err := tree.CheckTarget(string(e.Data)); err != nil {
			return fmt.Errorf("target %q: %w", e.Data, err)
		}
		v.tree.Inode(ino).Target = string(e.Data)
	}
	v.span = append(v.span, 0)
	if e.Kind == EventCreate && e.Dir == 0 {
		return nil // without a name
	}
	return v.setName(e.Dir, e.Path, 0, e.Ino)
}

// setName changes a name from one inode to another, 0 for none.
func (v *verifier) setName(dir tree.Ino, path string, from, to tree.Ino) error {
	at, err := v.tree.ResolveParent(path)
	switch {
	case err != nil:
		return err
	case at.Path != path || !tree.IsName(at.Name): // a symbolic link on the way too
		return fmt.Errorf("path %q", path)
	case at.Dir != dir:
		return fmt.Errorf("%q is in inode %d, not in %d", path, at.Dir, dir)
	case v.tree.Lookup(dir, at.Name) != from:
		return fmt.Errorf("%q is inode %d, want %d", path, v.tree.Lookup(dir, at.Name), from)
	}
	v.tree.SetName(dir, at.Name, to)
	return nil
}

func (v *verifier) rename(e Event) error {
	to, err := v.tree.ResolveParent(e.ToPath)
	if err != nil {
		return err
	}
	over := v.tree.Lookup(to.Dir, to.Name)
	switch isDir := v.tree.Inode(e.Ino).IsDir; {
	case over == e.Ino:
		return fmt.Errorf("%q is inode %d already", e.ToPath, e.Ino)
	case over != 0 && isDir != v.tree.Inode(over).IsDir:
		return fmt.Errorf("%q is there, and one of the two is a directory", e.ToPath)
	case over != 0 && len(v.tree.Inode(over).Names) > 0:
		return fmt.Errorf("%q is a directory that is not empty", e.ToPath)
	case isDir && v.tree.Within(to.Dir, e.Ino):
		return fmt.Errorf("%q is within inode %d", e.ToPath, e.Ino)
	}
	if err := v.setName(e.ToDir, e.ToPath, over, e.Ino); err != nil {
		return err
	}
	return v.setName(e.Dir, e.Path, e.Ino, 0)
}

func (v *verifier) exchange(e Event) error {
	to, err := v.tree.ResolveParent(e.ToPath)
	if err != nil {
		return err
	}
	other := v.tree.Lookup(to.Dir, to.Name)
	switch {
	case other == 0 || other == e.Ino:
		return fmt.Errorf("%q is inode %d", e.ToPath, other)
	case v.tree.Within(e.ToDir, e.Ino) || v.tree.Within(e.Dir, other):
		return fmt.Errorf("%q or %q is within the other", e.Path, e.ToPath)
	}
	from, err := v.tree.ResolveParent(e.Path)
	switch {
	case err != nil:
		return err
	case from.Dir != e.Dir || from.Path != e.Path || v.tree.Lookup(from.Dir, from.Name) != e.Ino:
		return fmt.Errorf("%q is not inode %d", e.Path, e.Ino)
	case to.Dir != e.ToDir || to.Path != e.ToPath:
		return fmt.Errorf("path %q", e.ToPath)
	}
	v.tree.SetName(to.Dir, to.Name, e.Ino)
	v.tree.SetName(from.Dir, from.Name, other)
	return nil
}
