package tree

import (
	"fmt"
	"io"
)

// Overwrite changes bytes of the file at a path. It fails, and changes nothing, if there is no such
// file, or it ends before.
func (t *Tree) Overwrite(name string, off int64, data []byte) error {
	ino, err := t.Resolve(name)
	if err != nil {
		return err
	}
	if n := t.Inode(ino); n.IsDir || off < 0 || off > n.Size-int64(len(data)) {
		return fmt.Errorf("got %d bytes at %d, want some within its %d: %w", len(data), off, n.Size, io.ErrUnexpectedEOF)
	}
	t.Edit(ino).WriteAt(data, off)
	return nil
}
