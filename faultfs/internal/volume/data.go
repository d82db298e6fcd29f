package volume

import (
	"syscall"

	"github.com/ackproof/ackproof/faultfs/fault"
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
	// AllocateZeroExtend is AllocateZero and then AllocateExtend
	// (FALLOC_FL_ZERO_RANGE).
	AllocateZeroExtend
)

const (
	// fileBytesMax bounds a file, so that one stray offset cannot fill the memory
	// with page tables.
	fileBytesMax = 64 << 30
	// zeroBytesMax is how many bytes AllocateZero writes at most.
	zeroBytesMax = 64 << 20
)

// store puts bytes into a file and journals it.
func (v *Volume) store(f File, p []byte, off int64) {
	v.Tree.Edit(f.Ino).Write(p, off)
	if v.rec != nil {
		p = v.rec.Keep(p)
	}
	v.Record(journal.Event{Kind: journal.EventWrite, Ino: f.Ino, Path: f.Path, Off: off, Data: p})
	v.setMtime(f.Ino)
}

// Resize sets a file's size, with zeros where it grows: EFBIG, and EIO where the page
// that a smaller size cuts cannot be read.
func (v *Volume) Resize(f File, size int64) error {
	n := v.Tree.Inode(f.Ino)
	switch {
	case size > fileBytesMax:
		return syscall.EFBIG
	case size < n.Size && n.FailsWrite(size, size):
		return syscall.EIO
	}
	return v.Attempt(&Call{Kind: fault.Truncate, File: f}, func() { v.resize(f, size) })
}

// resize sets a file's size to one that it may have.
func (v *Volume) resize(f File, size int64) {
	if size == v.Tree.Inode(f.Ino).Size {
		return
	}
	if size < v.Tree.Inode(f.Ino).Size {
		delete(v.reserved, f.Ino)
	}
	v.Tree.Resize(f.Ino, size)
	v.Record(journal.Event{Kind: journal.EventResize, Ino: f.Ino, Path: f.Path, Off: size})
	v.setMtime(f.Ino)
}

// Open opens a file or directory that is there, and then empties a file if so told, as
// Resize does.
func (v *Volume) Open(f File, empties bool) error {
	err := v.Look(fault.Open, f)
	if err == nil && empties {
		err = v.Resize(f, 0)
	}
	return err
}

// Allocate is fallocate: EFBIG, ENOSPC for more than may still be written, EIO where a
// page that is changed in part cannot be read, or EOPNOTSUPP where more than
// zeroBytesMax would become zeros.
func (v *Volume) Allocate(f File, mode AllocateMode, off, length int64) error {
	n := v.Tree.Inode(f.Ino)
	zeros := int64(0)
	if mode == AllocateZero || mode == AllocateZeroExtend {
		zeros = max(min(off+length, n.Size)-off, 0)
	}
	switch {
	case off > fileBytesMax-length:
		return syscall.EFBIG
	case zeros > zeroBytesMax:
		return syscall.EOPNOTSUPP
	case zeros > 0 && n.FailsWrite(off, off+zeros):
		return syscall.EIO
	case mode != AllocateZero && length > v.spaceBytes:
		return syscall.ENOSPC
	}
	c := Call{Kind: fault.Fallocate, File: f}
	if mode != AllocateZero {
		if err := v.full(&c, v.growth(f.Ino, off, length)); err != nil {
			return err
		}
	}
	return v.Attempt(&c, func() {
		if zeros > 0 {
			v.store(f, tree.Zeros(zeros), off)
		}
		if mode == AllocateZero {
			return
		}
		v.reserve(f.Ino, off, length)
		v.Record(journal.Event{Kind: journal.EventAllocate, Ino: f.Ino, Path: f.Path, Off: off, Len: length})
		if mode != AllocateKeepSize && off+length > v.Tree.Inode(f.Ino).Size {
			v.resize(f, off+length)
		}
	})
}
