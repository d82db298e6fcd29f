package faultfs

import (
	"io/fs"
	"syscall"
)

// WriteSync is the sync that follows a write before it returns.
type WriteSync uint8

const (
	// SyncNone is none.
	SyncNone WriteSync = iota
	// SyncDataAfter is fdatasync, as with O_DSYNC.
	SyncDataAfter
	// SyncAllAfter is fsync, as with O_SYNC.
	SyncAllAfter
)

// AllocateMode is what fallocate does.
type AllocateMode uint8

const (
	// AllocateExtend reserves space, and makes the file longer, with zeros, where
	// it ends before the range does (mode 0).
	AllocateExtend AllocateMode = iota
	// AllocateKeepSize reserves space (FALLOC_FL_KEEP_SIZE).
	AllocateKeepSize
	// AllocateZero makes the bytes of the range zeros, and leaves the size alone
	// (FALLOC_FL_PUNCH_HOLE or FALLOC_FL_ZERO_RANGE, with FALLOC_FL_KEEP_SIZE).
	AllocateZero
)

// zeroBytesMax is how many bytes AllocateZero writes at most.
const zeroBytesMax = 64 << 20

// file returns a regular file, or the error that a call for one meets.
func (d *Disk) file(ino Ino) (*node, error) {
	n, err := d.inode(ino)
	switch {
	case err != nil:
		return nil, err
	case n.isDir:
		return nil, syscall.EISDIR
	case n.target != "":
		return nil, syscall.EINVAL
	}
	return n, nil
}

// ReadIno reads from off on into p; fewer bytes than len(p) where the file ends.
func (d *Disk) ReadIno(ino Ino, p []byte, off int64) (int, error) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	n, err := d.file(ino)
	switch {
	case err != nil:
		return 0, err
	case off < 0:
		return 0, syscall.EINVAL
	}
	return n.read(p, off), nil
}

// read copies what the file holds from off on, up to its end.
func (n *node) read(p []byte, off int64) int {
	if off >= n.size {
		return 0
	}
	p = p[:min(int64(len(p)), n.size-off)]
	n.readAt(p, off)
	return len(p)
}

// WriteIno writes p at off, all or nothing, and then syncs as after says.
func (d *Disk) WriteIno(ino Ino, p []byte, off int64, after WriteSync) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, err := d.file(ino)
	switch {
	case err != nil:
		return 0, err
	case off < 0:
		return 0, syscall.EINVAL
	case len(p) == 0:
		return 0, nil
	}
	d.index()
	if err := d.write(ino, d.pathOf(ino), p, off, after); err != nil {
		return 0, err
	}
	return len(p), nil
}

// write writes to a file, unless a fault says otherwise or the disk is full. The
// lock is held.
func (d *Disk) write(ino Ino, path string, p []byte, off int64, after WriteSync) error {
	if off > fileBytesMax-int64(len(p)) {
		return syscall.EFBIG
	}
	if err := d.faults.fire(path, FaultWrite, FaultSpace); err != nil {
		return err
	}
	if d.spaceBytes -= int64(len(p)); d.spaceBytes < 0 {
		d.spaceBytes = 0
		return syscall.ENOSPC
	}
	d.store(ino, path, p, off)
	switch after {
	case SyncDataAfter:
		return d.sync(Event{Kind: EventSyncData, Ino: ino, Path: path})
	case SyncAllAfter:
		return d.sync(Event{Kind: EventSync, Ino: ino, Path: path})
	}
	return nil
}

// store puts bytes into a file and journals it.
func (d *Disk) store(ino Ino, path string, p []byte, off int64) {
	n := d.tree.edit(ino)
	n.writeAt(p, off)
	n.size = max(n.size, off+int64(len(p)))
	if d.rec != nil {
		p = d.rec.keep(p)
	}
	d.record(Event{Kind: EventWrite, Ino: ino, Path: path, Off: off, Data: p})
	n.mtime = d.time
}

// ResizeIno sets the file's size; where it grows it reads as zeros.
func (d *Disk) ResizeIno(ino Ino, size int64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	n, err := d.file(ino)
	switch {
	case err != nil:
		return err
	case size < 0:
		return syscall.EINVAL
	case size > fileBytesMax:
		return syscall.EFBIG
	case size != n.size:
		d.index()
		d.resize(ino, d.pathOf(ino), size)
	}
	return nil
}

// ChmodIno sets the permission bits. Crashes do not lose them.
func (d *Disk) ChmodIno(ino Ino, perm fs.FileMode) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	n, err := d.inode(ino)
	switch {
	case err != nil:
		return err
	case n.target != "":
		return syscall.EOPNOTSUPP
	}
	d.index()
	d.chmod(ino, d.pathOf(ino), perm)
	return nil
}

// SyncIno is fsync of a file or directory, or fdatasync if dataOnly: see
// [File.Sync].
func (d *Disk) SyncIno(ino Ino, dataOnly bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	n, err := d.inode(ino)
	switch {
	case err != nil:
		return err
	case n.target != "":
		return syscall.EINVAL
	}
	d.index()
	kind := EventSync
	if dataOnly {
		kind = EventSyncData
	}
	return d.sync(Event{Kind: kind, Ino: ino, Path: d.pathOf(ino)})
}

// AllocateIno is fallocate. EOPNOTSUPP for AllocateZero of more than 64 MiB
// within the file.
func (d *Disk) AllocateIno(ino Ino, mode AllocateMode, off, length int64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	n, err := d.file(ino)
	switch {
	case off < 0 || length <= 0:
		return syscall.EINVAL
	case err != nil:
		return err
	case off > fileBytesMax-length:
		return syscall.EFBIG
	}
	d.index()
	if mode == AllocateZero {
		return d.zero(ino, off, min(off+length, n.size))
	}
	d.record(Event{Kind: EventAllocate, Ino: ino, Path: d.pathOf(ino), Off: off, Len: length})
	if mode == AllocateExtend && off+length > n.size {
		d.resize(ino, d.pathOf(ino), off+length)
	}
	return nil
}

// zero makes the bytes in [off, end) zeros.
func (d *Disk) zero(ino Ino, off, end int64) error {
	switch {
	case end-off > zeroBytesMax:
		return syscall.EOPNOTSUPP
	case off < end:
		d.store(ino, d.pathOf(ino), make([]byte, end-off), off)
	}
	return nil
}
