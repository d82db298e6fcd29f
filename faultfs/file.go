package faultfs

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"sync"
	"syscall"

	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/internal/volume"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/spf13/afero"
)

// File is an open file or directory of a [Disk]. Its methods are those of
// [os.File], and further ones that storage engines use. It is safe for use by
// many goroutines.
type File struct {
	vol  *volume.Volume
	ino  tree.Ino
	name string
	path string // name from the root
	flag int

	mu     sync.Mutex // guards what follows; taken before the disk's lock
	off    int64
	listed string // the directory entry that was read last
	closed bool
}

var _ afero.File = (*File)(nil)

// errAppendWriteAt is what package os says of this mistake.
var errAppendWriteAt = errors.New("invalid use of WriteAt on file opened with O_APPEND")

func (f *File) fail(op string, err error) error {
	return &fs.PathError{Op: op, Path: f.name, Err: err}
}

// Name returns the name that the file was opened with.
func (f *File) Name() string { return f.name }

// Close ends the use of f. It syncs nothing.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return f.fail("close", fs.ErrClosed)
	}
	f.closed = true
	return nil
}

func (f *File) readable() bool { return f.flag&os.O_WRONLY == 0 }
func (f *File) writable() bool { return f.flag&(os.O_WRONLY|os.O_RDWR) != 0 }

// check reports whether f is open. Callers that read or write hold f.mu or do not
// mind that another goroutine closes f at the same time.
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
	n, err := f.readAt(p, f.off)
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
	f.mu.Lock()
	defer f.mu.Unlock()
	if off < 0 {
		return 0, f.fail("readat", errors.New("negative offset"))
	}
	if len(p) == 0 {
		return 0, nil
	}
	n, err := f.readAt(p, off)
	switch {
	case err != nil:
		return n, f.fail("read", err)
	case n < len(p):
		return n, io.EOF
	}
	return n, nil
}

func (f *File) readAt(p []byte, off int64) (int, error) {
	if err := f.check(); err != nil {
		return 0, err
	}
	v := f.vol
	v.RLock()
	defer v.RUnlock()
	n := v.Tree.Inode(f.ino)
	switch {
	case !f.readable():
		return 0, syscall.EBADF
	case n.IsDir:
		return 0, syscall.EISDIR
	}
	return n.Read(p, off)
}

// Write writes at the file's offset, or at its end with O_APPEND: all of p, or
// nothing with an error. Where only the sync of O_SYNC fails, p is written, and the
// offset stays.
func (f *File) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	end, err := f.writeAt(p, f.off, f.flag&os.O_APPEND != 0)
	if err != nil {
		return 0, f.fail("write", err)
	}
	f.off = end
	return len(p), nil
}

// WriteString is Write for a string.
func (f *File) WriteString(s string) (int, error) { return f.Write([]byte(s)) }

// WriteAt writes at off, all of p or nothing as Write does, and leaves the file's
// offset alone.
func (f *File) WriteAt(p []byte, off int64) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.flag&os.O_APPEND != 0:
		return 0, errAppendWriteAt
	case off < 0:
		return 0, f.fail("writeat", errors.New("negative offset"))
	case len(p) == 0:
		return 0, nil
	}
	if _, err := f.writeAt(p, off, false); err != nil {
		return 0, f.fail("write", err)
	}
	return len(p), nil
}

// writeAt returns the offset behind what was written.
func (f *File) writeAt(p []byte, off int64, atEnd bool) (int64, error) {
	err := f.check()
	if err != nil {
		return 0, err
	}
	if !f.writable() {
		return 0, syscall.EBADF
	}
	if len(p) == 0 {
		return off, nil
	}
	v := f.vol
	v.Lock()
	defer v.Unlock()
	if atEnd {
		off = v.Tree.Inode(f.ino).Size
	}
	if err := v.Write(f.ino, f.path, p, off, f.syncAfter()); err != nil {
		return 0, err
	}
	return off + int64(len(p)), nil
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
		err = f.vol.Resize(f.ino, f.path, size)
	}
	if err != nil {
		return f.fail("truncate", err)
	}
	return nil
}

// Sync is fsync: when it returns nil, the file's bytes and size are durable, and,
// for a directory, its names. Whether a new file's own name is too depends on
// the file system's profile (fsync(2) promises nothing).
func (f *File) Sync() error { return f.mark("sync", journal.Event{Kind: journal.EventSync}) }

// SyncData is fdatasync: bytes and size, not times (fsync(2)).
func (f *File) SyncData() error {
	return f.mark("fdatasync", journal.Event{Kind: journal.EventSyncData})
}

// SyncRange is sync_file_range. It writes no metadata and waits for no device
// cache, so nothing is durable by it (sync_file_range(2)).
func (f *File) SyncRange(off, length int64) error {
	return f.mark("sync_file_range", journal.Event{Kind: journal.EventSyncRange, Off: off, Len: length})
}

// Preallocate reserves space as fallocate with FALLOC_FL_KEEP_SIZE does; the
// size stays.
func (f *File) Preallocate(off, length int64) error {
	f.mu.Lock()
	err := f.check()
	f.mu.Unlock()
	if err == nil && !f.writable() {
		return f.fail("fallocate", syscall.EBADF)
	}
	return f.mark("fallocate", journal.Event{Kind: journal.EventAllocate, Off: off, Len: length})
}

// mark journals an event of this file that changes nothing that can be read.
func (f *File) mark(op string, e journal.Event) error {
	f.mu.Lock()
	err := f.check()
	f.mu.Unlock() // a sync takes time, and others use the file meanwhile
	if err != nil {
		return f.fail(op, err)
	}
	f.vol.Lock()
	defer f.vol.Unlock()
	e.Ino, e.Path = f.ino, f.path
	if !e.IsSync() {
		f.vol.Record(e)
		return nil
	}
	if err := f.vol.Sync(e); err != nil {
		return f.fail(op, err)
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
