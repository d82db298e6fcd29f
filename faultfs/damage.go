package faultfs

import (
	"fmt"
	"io"
)

// Damage changes bytes of a file as a device does that nobody told to: no call makes the change, so
// that no fault fires, nothing is journaled, and size and times stay. It fails, and changes nothing, if
// there is no such file, or it ends before.
func (d *Disk) Damage(name string, off int64, data []byte) error {
	d.vol.Lock()
	defer d.vol.Unlock()
	ino, err := d.vol.Tree.Resolve(name)
	if err != nil {
		return pathError("damage", name, err)
	}
	n := d.vol.Tree.Inode(ino)
	if n.IsDir || off < 0 || off+int64(len(data)) > n.Size {
		return fmt.Errorf("damage %s: got %d bytes at %d, want some within its %d: %w", name, len(data), off, n.Size, io.ErrUnexpectedEOF)
	}
	d.vol.Tree.Edit(ino).WriteAt(data, off)
	return nil
}
