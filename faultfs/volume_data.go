package faultfs

import "syscall"

// writeSync is the sync that follows a write before it returns.
type writeSync uint8

const (
	// syncNone is none.
	syncNone writeSync = iota
	// syncDataAfter is fdatasync, as with O_DSYNC.
	syncDataAfter
	// syncAllAfter is fsync, as with O_SYNC.
	syncAllAfter
)

// allocateMode is what fallocate does.
type allocateMode uint8

const (
	// allocateExtend reserves space, and makes the file longer, with zeros, where
	// it ends before the range does (mode 0).
	allocateExtend allocateMode = iota
	// allocateKeepSize reserves space (FALLOC_FL_KEEP_SIZE).
	allocateKeepSize
	// allocateZero makes the bytes of the range zeros, and leaves the size alone
	// (FALLOC_FL_PUNCH_HOLE or FALLOC_FL_ZERO_RANGE, with FALLOC_FL_KEEP_SIZE).
	allocateZero
)

const (
	// fileBytesMax bounds a file, so that one stray offset cannot fill the memory
	// with page tables.
	fileBytesMax = 64 << 30
	// zeroBytesMax is how many bytes allocateZero writes at most.
	zeroBytesMax = 64 << 20
)

// write writes to a file and then syncs as after says, unless a fault says
// otherwise or the disk is full: all or nothing.
func (v *volume) write(ino Ino, path string, p []byte, off int64, after writeSync) error {
	if off > fileBytesMax-int64(len(p)) {
		return syscall.EFBIG
	}
	if err := v.fire(path, FaultWrite, FaultSpace); err != nil {
		return err
	}
	if v.spaceBytes -= int64(len(p)); v.spaceBytes < 0 {
		v.spaceBytes = 0
		return syscall.ENOSPC
	}
	v.store(ino, path, p, off)
	switch after {
	case syncDataAfter:
		return v.sync(Event{Kind: EventSyncData, Ino: ino, Path: path})
	case syncAllAfter:
		return v.sync(Event{Kind: EventSync, Ino: ino, Path: path})
	}
	return nil
}

// store puts bytes into a file and journals it.
func (v *volume) store(ino Ino, path string, p []byte, off int64) {
	v.tree.edit(ino).write(p, off)
	if v.rec != nil {
		p = v.rec.keep(p)
	}
	v.record(Event{Kind: EventWrite, Ino: ino, Path: path, Off: off, Data: p})
	v.setMtime(ino)
}

// resize sets a file's size, with zeros where it grows: EFBIG.
func (v *volume) resize(ino Ino, path string, size int64) error {
	switch {
	case size > fileBytesMax:
		return syscall.EFBIG
	case size != v.tree.at(ino).size:
		v.tree.resize(ino, size)
		v.record(Event{Kind: EventResize, Ino: ino, Path: path, Off: size})
		v.setMtime(ino)
	}
	return nil
}

// allocate is fallocate: EFBIG, or EOPNOTSUPP for allocateZero of more than
// zeroBytesMax within the file.
func (v *volume) allocate(ino Ino, path string, mode allocateMode, off, length int64) error {
	switch {
	case off > fileBytesMax-length:
		return syscall.EFBIG
	case mode == allocateZero:
		return v.zero(ino, path, off, min(off+length, v.tree.at(ino).size))
	}
	v.record(Event{Kind: EventAllocate, Ino: ino, Path: path, Off: off, Len: length})
	if mode == allocateExtend && off+length > v.tree.at(ino).size {
		return v.resize(ino, path, off+length)
	}
	return nil
}

// zero makes the bytes in [off, end) zeros.
func (v *volume) zero(ino Ino, path string, off, end int64) error {
	switch {
	case end-off > zeroBytesMax:
		return syscall.EOPNOTSUPP
	case off < end:
		v.store(ino, path, make([]byte, end-off), off)
	}
	return nil
}
