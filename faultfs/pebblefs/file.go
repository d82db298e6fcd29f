package pebblefs

import (
	"io/fs"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/ackproof/ackproof/faultfs"
)

// file is an open file. Reading, writing, Sync, SyncData and Preallocate are
// those of the disk's file. It is one pointer, so that it costs nothing in an
// interface.
type file struct{ *faultfs.File }

// Stat describes the file.
func (f file) Stat() (vfs.FileInfo, error) { return withDevice(f.File.Stat()) }

// SyncTo starts the writing of the first length bytes and waits for nothing, as
// sync_file_range does: none of them is durable by it.
func (f file) SyncTo(length int64) (fullSync bool, err error) {
	return false, f.SyncRange(0, length)
}

// Prefetch does nothing: all of a disk is in memory.
func (file) Prefetch(_, _ int64) error { return nil }

// Fd returns [vfs.InvalidFd].
func (file) Fd() uintptr { return vfs.InvalidFd }

// dir is an open directory, of which only the names can be synced.
type dir struct{ file }

// Preallocate does nothing.
func (dir) Preallocate(_, _ int64) error { return nil }

// SyncTo does nothing.
func (dir) SyncTo(int64) (fullSync bool, err error) { return false, nil }

// SyncData is Sync.
func (d dir) SyncData() error { return d.Sync() }

// fileInfo adds the device, of which a disk has one: the zero DeviceID.
type fileInfo struct{ fs.FileInfo }

// DeviceID returns the same for every file of every disk.
func (fileInfo) DeviceID() vfs.DeviceID { return vfs.DeviceID{} }

func withDevice(info fs.FileInfo, err error) (vfs.FileInfo, error) {
	if err != nil {
		return nil, err
	}
	return fileInfo{info}, nil
}
