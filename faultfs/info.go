package faultfs

import (
	"io/fs"
	"time"
)

// info describes an inode under a name. The disk's lock is held.
func (d *Disk) info(name string, ino Ino) fs.FileInfo {
	n := d.tree.at(ino)
	return fileInfo{name: name, size: n.size, mode: n.mode, isDir: n.isDir, time: n.mtime, ino: ino}
}

// fileInfo is a fs.FileInfo; it is comparable, so os.SameFile's question can be
// answered by Ino.
type fileInfo struct {
	name  string
	size  int64
	mode  fs.FileMode
	isDir bool
	time  int64
	ino   Ino
}

func (i fileInfo) Name() string       { return i.name }
func (i fileInfo) Size() int64        { return i.size }
func (i fileInfo) IsDir() bool        { return i.isDir }
func (i fileInfo) ModTime() time.Time { return time.Unix(i.time, 0).UTC() }

// Sys returns the inode's number.
func (i fileInfo) Sys() any { return i.ino }

func (i fileInfo) Mode() fs.FileMode {
	if i.isDir {
		return i.mode | fs.ModeDir
	}
	return i.mode
}
