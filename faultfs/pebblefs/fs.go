package pebblefs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"sync"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/faultfs"
)

// FS is a disk as Pebble's file system. Errors are those of package os, for
// [errors.Is] with fs.ErrNotExist and the like.
//
// An FS also stands for one life of the process that uses the disk: it holds
// that process's file locks, so a new FS, over the disk that [faultfs.Disk.Kill]
// returned or one booted from an image, has none. All that share a disk within
// one life, and are to be locked out by each other, must share its FS.
//
// An FS is safe for use by many goroutines.
type FS struct {
	disk *faultfs.Disk

	mu     sync.Mutex
	locked map[string]struct{} // clean names of locked files
}

var _ vfs.FS = (*FS)(nil)

// New returns the disk as a file system of a new process.
func New(disk *faultfs.Disk) *FS { return &FS{disk: disk} }

// ErrForeignFS reports a file system that Pebble cannot be run on.
var ErrForeignFS = errors.New("file system has no form for Pebble")

// Of returns fs in Pebble's form: New for a disk, [vfs.Default] for the
// operating system's. Any other, a wrapper of these included, has no hard links
// and directory syncs that Pebble could call, and is refused with
// [ErrForeignFS].
func Of(fs afero.Fs) (vfs.FS, error) {
	switch fs := fs.(type) {
	case *faultfs.Disk:
		return New(fs), nil
	case *afero.OsFs:
		return vfs.Default, nil
	}
	return nil, fmt.Errorf("pebblefs: %w: got %T, want a *faultfs.Disk or an *afero.OsFs", ErrForeignFS, fs)
}

// Create makes the file name and opens it for reading and writing. A file that
// is there loses the name first, and lives on under its others.
func (f *FS) Create(name string, _ vfs.DiskWriteCategory) (vfs.File, error) {
	for {
		created, err := f.open(name, os.O_RDWR|os.O_CREATE|os.O_EXCL)
		if !errors.Is(err, fs.ErrExist) {
			return created, err
		}
		// Never truncated: a checkpoint's hard links share its bytes.
		if err := f.disk.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
}

// Link gives the file oldName the further name newName, which must be free.
func (f *FS) Link(oldName, newName string) error { return f.disk.Link(oldName, newName) }

// Open opens name for reading.
func (f *FS) Open(name string, opts ...vfs.OpenOption) (vfs.File, error) {
	return f.open(name, os.O_RDONLY, opts...)
}

// OpenReadWrite opens name for reading and writing, and makes it where there is
// none.
func (f *FS) OpenReadWrite(name string, _ vfs.DiskWriteCategory, opts ...vfs.OpenOption) (vfs.File, error) {
	return f.open(name, os.O_RDWR|os.O_CREATE, opts...)
}

// open returns a nil interface with every error.
func (f *FS) open(name string, flag int, opts ...vfs.OpenOption) (vfs.File, error) {
	opened, err := f.disk.OpenFile(name, flag, 0o666)
	if err != nil {
		return nil, err
	}
	out := file{opened.(*faultfs.File)}
	for _, opt := range opts {
		opt.Apply(out)
	}
	return out, nil
}

// OpenDir opens the directory name, whose Sync makes its names durable.
func (f *FS) OpenDir(name string) (vfs.File, error) {
	opened, err := f.disk.Open(name)
	if err != nil {
		return nil, err
	}
	return dir{file{opened.(*faultfs.File)}}, nil
}

// Remove removes a file or an empty directory.
func (f *FS) Remove(name string) error { return f.disk.Remove(name) }

// RemoveAll removes name and everything below it; a name that is not there is
// no error.
func (f *FS) RemoveAll(name string) error { return f.disk.RemoveAll(name) }

// Rename moves oldName to newName, over a file that is there.
func (f *FS) Rename(oldName, newName string) error { return f.disk.Rename(oldName, newName) }

// ReuseForWrite renames oldName to newName and opens it for reading and writing
// with the bytes that it has: what is then written overwrites them from the
// start.
func (f *FS) ReuseForWrite(oldName, newName string, category vfs.DiskWriteCategory) (vfs.File, error) {
	if err := f.disk.Rename(oldName, newName); err != nil {
		return nil, err
	}
	return f.OpenReadWrite(newName, category)
}

// MkdirAll makes the directory name and those above it that are missing.
func (f *FS) MkdirAll(name string, perm os.FileMode) error { return f.disk.MkdirAll(name, perm) }

// List returns the names in the directory, in their order.
func (f *FS) List(name string) ([]string, error) {
	opened, err := f.disk.Open(name)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	return opened.Readdirnames(-1)
}

// Stat describes the file at name.
func (f *FS) Stat(name string) (vfs.FileInfo, error) { return withDevice(f.disk.Stat(name)) }

// PathBase returns the last element of name, as [path.Base] does.
func (*FS) PathBase(name string) string { return path.Base(name) }

// PathJoin joins elements to one path, as [path.Join] does.
func (*FS) PathJoin(elements ...string) string { return path.Join(elements...) }

// PathDir returns all of name but its last element, as [path.Dir] does.
func (*FS) PathDir(name string) string { return path.Dir(name) }

// GetDiskUsage returns [vfs.ErrUnsupported]: a disk has no capacity.
func (*FS) GetDiskUsage(string) (vfs.DiskUsage, error) { return vfs.DiskUsage{}, vfs.ErrUnsupported }

// Unwrap returns nil: there is no other vfs.FS below.
func (*FS) Unwrap() vfs.FS { return nil }
