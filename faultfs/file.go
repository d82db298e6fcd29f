package faultfs

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"sync"
	"syscall"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/internal/volume"
	"github.com/spf13/afero"
)

// File is an open file or directory of a [Disk]. Its methods are those of
// [os.File], and further ones that storage engines use. It is safe for use by
// many goroutines.
type File struct {
	vol  *volume.Volume
	ino  tree.Ino
	name string
	flag int

	handle volume.Handle // the disk's lock guards it

	mu     sync.Mutex // guards what follows; taken before the disk's lock
	off    int64
	listed string // the directory entry that was read last
	closed bool
	opened openFile // its path is the name from the root
}

var _ afero.File = (*File)(nil)

// errAppendWriteAt is what package os says of this mistake.
var errAppendWriteAt = errors.New("invalid use of WriteAt on file opened with O_APPEND")

// at returns the file for a call on it.
func (f *File) at() volume.File {
	return volume.File{Ino: f.ino, Path: f.opened.path, Handle: &f.handle, Restarts: true}
}

func (f *File) fail(op string, err error) error {
	return &fs.PathError{Op: op, Path: f.name, Err: err}
}

// Name returns the name that the file was opened with.
func (f *File) Name() string { return f.name }

// Close ends the use of f, even if it returns a fault's error. It syncs nothing.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return f.fail("close", fs.ErrClosed)
	}
	f.closed = true
	f.opened.remove()
	at := f.at()
	at.Restarts = false // package os closes once
	if err := f.vol.Close(at); err != nil {
		return f.fail("close", err)
	}
	return nil
}

func (f *File) readable() bool { return f.flag&os.O_WRONLY == 0 }
func (f *File) writable() bool { return f.flag&(os.O_WRONLY|os.O_RDWR) != 0 }

// isOpen is check for a call that does not move the file's offset: another one may wait
// for a sync meanwhile.
func (f *File) isOpen() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.check()
}

// check reports whether f is open. Callers hold f.mu.
func (f *File) check() error {
	if f.closed {
		return fs.ErrClosed
	}
	return nil
}

// Read reads from the file's offset on.
func (f *File) Read(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(p) == 0 && !f.closed {
		return 0, nil // package os asks nobody either
	}
	n, err := 0, f.check()
	if err == nil {
		n, err = f.readAt(p, f.off)
	}
	f.off += int64(n)
	if err == nil && n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	if err != nil {
		return n, f.fail("read", err)
	}
	return n, nil
}

// ReadAt reads len(p) bytes from off on, fewer only with an error.
func (f *File) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, f.fail("readat", errors.New("negative offset"))
	}
	if len(p) == 0 {
		return 0, nil
	}
	n, err := 0, f.isOpen()
	if err == nil {
		n, err = f.readAt(p, off)
	}
	switch {
	case err != nil:
		return n, f.fail("read", err)
	case n < len(p):
		return n, io.EOF
	}
	return n, nil
}

func (f *File) readAt(p []byte, off int64) (int, error) {
	mayFail := f.vol.LockToLook()
	defer f.vol.UnlockToLook(mayFail)
	n := f.vol.Tree.Inode(f.ino)
	switch {
	case !f.readable():
		return 0, syscall.EBADF
	case n.IsDir:
		return 0, syscall.EISDIR
	}
	if mayFail && !n.FailsRead(off, off+int64(len(p))) {
		if err := f.vol.Look(fault.Read, f.at()); err != nil {
			return 0, err
		}
	}
	return n.Read(p, off)
}

// Write writes at the file's offset, or at its end with O_APPEND: all of p, or
// nothing with an error, or with ENOSPC the half that a fault's short write wrote, or what
// a full disk had space for.
// Where only the sync of O_SYNC fails, p is written, and the offset stays.
func (f *File) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.check(); err != nil {
		return 0, f.fail("write", err)
	}
	n, end, err := f.writeAt(p, f.off, f.flag&os.O_APPEND != 0)
	f.off = end
	if err != nil {
		return n, f.fail("write", err)
	}
	return n, nil
}

// WriteString is Write for a string.
func (f *File) WriteString(s string) (int, error) { return f.Write([]byte(s)) }

// WriteAt writes at off, as much of p as Write does, and leaves the file's offset
// alone.
func (f *File) WriteAt(p []byte, off int64) (int, error) {
	switch {
	case f.flag&os.O_APPEND != 0:
		return 0, errAppendWriteAt
	case off < 0:
		return 0, f.fail("writeat", errors.New("negative offset"))
	case len(p) == 0:
		return 0, nil
	}
	n, err := 0, f.isOpen()
	if err == nil {
		n, _, err = f.writeAt(p, off, false)
	}
	if err != nil {
		return n, f.fail("write", err)
	}
	return n, nil
}

// writeAt returns how much it wrote and the offset behind that, off if it is nothing.
func (f *File) writeAt(p []byte, off int64, atEnd bool) (n int, end int64, err error) {
	if !f.writable() {
		return 0, off, syscall.EBADF
	}
	if len(p) == 0 {
		return 0, off, nil
	}
	v := f.vol
	v.Lock()
	defer v.Unlock()
	at := off
	if atEnd {
		at = v.Tree.Inode(f.ino).Size
	}
	n, err = v.Write(f.at(), p, at, f.syncAfter())
	if n > 0 {
		off = at + int64(n)
	}
	return n, off, err
}

func (f *File) syncAfter() volume.WriteSync {
	switch {
	case f.flag&os.O_SYNC == os.O_SYNC:
		return volume.SyncAllAfter
	case f.flag&syscall.O_DSYNC != 0:
		return volume.SyncDataAfter
	}
	return volume.SyncNone
}

// Seek moves the file's offset; in a directory it begins the list again.
func (f *File) Seek(offset int64, whence int) (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.check(); err != nil {
		return 0, f.fail("seek", err)
	}
	to := offset
	switch whence {
	case io.SeekStart:
	case io.SeekCurrent:
		to += f.off
	case io.SeekEnd:
		f.vol.RLock()
		to += f.vol.Tree.Inode(f.ino).Size
		f.vol.RUnlock()
	default:
		return 0, f.fail("seek", syscall.EINVAL)
	}
	if to < 0 {
		return 0, f.fail("seek", syscall.EINVAL)
	}
	f.off, f.listed = to, ""
	return to, nil
}

// Truncate sets the file's size; where it grows it reads as zeros.
func (f *File) Truncate(size int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	err := f.check()
	switch {
	case err != nil:
	case size < 0 || !f.writable():
		err = syscall.EINVAL
	default:
		f.vol.Lock()
		defer f.vol.Unlock()
		err = f.vol.Resize(f.at(), size)
	}
	if err != nil {
		return f.fail("truncate", err)
	}
	return nil
}

// Stat describes the file.
func (f *File) Stat() (fs.FileInfo, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.check(); err != nil {
		return nil, f.fail("stat", err)
	}
	f.vol.RLock()
	defer f.vol.RUnlock()
	return infoOf(path.Base(tree.Clean(f.name)), f.ino, f.vol.Tree.Inode(f.ino)), nil
}
