package faultfs

import (
	"syscall"

	"github.com/ackproof/ackproof/faultfs/internal/volume"
	"github.com/ackproof/ackproof/faultfs/journal"
)

// Sync is fsync: when it returns nil, the file's bytes and size are durable, and,
// for a directory, its names. Whether a new file's own name is too depends on
// the file system's profile (fsync(2) promises nothing).
func (f *File) Sync() error {
	return f.act("sync", func() error { return f.vol.Sync(f.at(), false) })
}

// SyncData is fdatasync: bytes and size, not times (fsync(2)).
func (f *File) SyncData() error {
	return f.act("fdatasync", func() error { return f.vol.Sync(f.at(), true) })
}

// SyncRange is sync_file_range. It writes no metadata and waits for no device
// cache, so nothing is durable by it (sync_file_range(2)).
func (f *File) SyncRange(off, length int64) error {
	return f.act("sync_file_range", func() error {
		f.vol.Record(journal.Event{Kind: journal.EventSyncRange, Ino: f.ino, Path: f.opened.path, Off: off, Len: length})
		return nil
	})
}

// Preallocate reserves space as fallocate with FALLOC_FL_KEEP_SIZE does; the
// size stays.
func (f *File) Preallocate(off, length int64) error {
	return f.act("fallocate", func() error {
		switch {
		case !f.writable():
			return syscall.EBADF
		case off < 0 || length <= 0:
			return syscall.EINVAL
		}
		return f.vol.Allocate(f.at(), volume.AllocateKeepSize, off, length)
	})
}

// act does something with the file, under the disk's lock alone: a sync takes time, and
// others use the file meanwhile.
func (f *File) act(op string, do func() error) error {
	err := f.isOpen()
	if err == nil {
		f.vol.Lock()
		defer f.vol.Unlock()
		err = do()
	}
	if err != nil {
		return f.fail(op, err)
	}
	return nil
}
