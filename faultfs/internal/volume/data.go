package volume

import (
	"syscall"

	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/journal"
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

// store puts bytes into a file and journals it.
func (v *Volume) store(ino tree.Ino, path string, p []byte, off int64) {
	v.Tree.Edit(ino).Write(p, off)
	if v.rec != nil {
		p = v.rec.Keep(p)
	}
	v.Record(journal.Event{Kind: journal.EventWrite, Ino: ino, Path: path, Off: off, Data: p})
	v.setMtime(ino)
}

// Resize sets a file's size, with zeros where it grows: EFBIG, and EIO where the page
// that a smaller size cuts cannot be read.
func (v *Volume) Resize(ino tree.Ino, path string, size int64) error {
	switch {
	case size > fileBytesMax:
		return syscall.EFBIG
	case size < v.Tree.Inode(ino).Size && v.Tree.Inode(ino).FailsWrite(size, size):
		return syscall.EIO
	case size != v.Tree.Inode(ino).Size:
		v.Tree.Resize(ino, size)
		v.Record(journal.Event{Kind: journal.EventResize, Ino: ino, Path: path, Off: size})
		v.setMtime(ino)
	}
	return nil
}

// Allocate is fallocate: EFBIG, ENOSPC for more than may still be written, or
// EOPNOTSUPP for AllocateZero of more than zeroBytesMax within the file.
func (v *Volume) Allocate(ino tree.Ino, path string, mode AllocateMode, off, length int64) error {
	switch {
	case off > fileBytesMax-length:
		return syscall.EFBIG
	case mode == AllocateZero:
		return v.zero(ino, path, off, min(off+length, v.Tree.Inode(ino).Size))
	case length > v.spaceBytes:
		return syscall.ENOSPC
	}
	v.Record(journal.Event{Kind: journal.EventAllocate, Ino: ino, Path: path, Off: off, Len: length})
	if mode == AllocateExtend && off+length > v.Tree.Inode(ino).Size {
		return v.Resize(ino, path, off+length)
	}
	return nil
}

// zero makes the bytes in [off, end) zeros.
func (v *Volume) zero(ino tree.Ino, path string, off, end int64) error {
	switch {
	case end-off > zeroBytesMax:
		return syscall.EOPNOTSUPP
	case off < end && v.Tree.Inode(ino).FailsWrite(off, end):
		return syscall.EIO
	case off < end:
		v.store(ino, path, tree.Zeros(end-off), off)
	}
	return nil
}
