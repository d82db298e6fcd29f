package volume

import (
	"syscall"

	"github.com/ackproof/ackproof/faultfs/fault"
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

// Write writes to a file and then syncs as after says, and returns how many bytes it
// wrote: all, or none with an error, or, with a fault's error, the first half, or what the
// disk has space for. EFBIG, ENOSPC, and EIO where a page that is changed in part cannot be read. If the sync
// fails, the bytes are there, and the count is 0.
func (v *Volume) Write(f File, p []byte, off int64, after WriteSync) (int, error) {
	switch {
	case off > fileBytesMax-int64(len(p)):
		return 0, syscall.EFBIG
	case v.Tree.Inode(f.Ino).FailsWrite(off, off+int64(len(p))):
		return 0, syscall.EIO
	case v.spaceBytes < int64(len(p)):
		v.spaceBytes = 0
		return 0, syscall.ENOSPC
	}
	n, err := v.tryWrite(f, p, off)
	if n == 0 {
		return 0, err
	}
	if syncErr := v.syncAfter(f, after); syncErr != nil {
		return 0, syncErr
	}
	return n, err
}

func (v *Volume) syncAfter(f File, after WriteSync) error {
	switch after {
	case SyncDataAfter:
		return v.Sync(f, true)
	case SyncAllAfter:
		return v.Sync(f, false)
	}
	return nil
}

// tryWrite stores p unless a fault fails the call, and returns how many bytes the call
// says that it wrote.
func (v *Volume) tryWrite(f File, p []byte, off int64) (int, error) {
	c := Call{Kind: fault.Write, File: f}
	if room := v.room(f.Ino, off, int64(len(p))); room < int64(len(p)) {
		v.write(f, p[:room], off)
		return int(room), v.full(&c, int64(len(p)))
	}
	failed, fails := v.fire(&c)
	restarts := fails && failed.Error == fault.EINTR && f.Restarts
	switch {
	case !fails:
		v.write(f, p, off)
		return len(p), nil
	case failed.Error == fault.ShortWrite:
		p = p[:len(p)/2]
		v.write(f, p, off)
	case failed.Lands:
		v.write(f, p, off)
		p = nil
	}
	v.noteFault(&c, failed.Error, failed.Lands)
	switch {
	case restarts:
		v.write(f, p, off)
		return len(p), nil
	case failed.Error == fault.ShortWrite:
		return len(p), failed.Error.Err()
	}
	return 0, failed.Error.Err()
}

// write stores what a call writes.
func (v *Volume) write(f File, p []byte, off int64) {
	if len(p) == 0 {
		return
	}
	v.spaceBytes -= int64(len(p))
	v.take(f.Ino, off, int64(len(p)))
	v.store(f, p, off)
}
