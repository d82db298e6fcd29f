package faultfs

import "syscall"

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

const (
	// fileBytesMax bounds a file, so that one stray offset cannot fill the memory
	// with page tables.
	fileBytesMax = 64 << 30
	// zeroBytesMax is how many bytes AllocateZero writes at most.
	zeroBytesMax = 64 << 20
)

// write writes to a file and then syncs as after says, unless a fault says
// otherwise or the disk is full: all or nothing.
func (v *volume) write(ino Ino, path string, p []byte, off int64, after WriteSync) error {
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
	case SyncDataAfter:
		return v.sync(Event{Kind: EventSyncData, Ino: ino, Path: path})
	case SyncAllAfter:
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

// allocate is fallocate: EFBIG, or EOPNOTSUPP for AllocateZero of more than
// zeroBytesMax within the file.
func (v *volume) allocate(ino Ino, path string, mode AllocateMode, off, length int64) error {
	switch {
	case off > fileBytesMax-length:
		return syscall.EFBIG
	case mode == AllocateZero:
		return v.zero(ino, path, off, min(off+length, v.tree.at(ino).size))
	}
	v.record(Event{Kind: EventAllocate, Ino: ino, Path: path, Off: off, Len: length})
	if mode == AllocateExtend && off+length > v.tree.at(ino).size {
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
