package faultfs

import (
	"io/fs"
	"time"
)

// infoOf describes an inode under a name. The volume's lock is held.
func infoOf(name string, ino Ino, n *node) fs.FileInfo {
	return fileInfo{name: name, size: n.length(), mode: n.mode | n.fileType(), time: n.mtime, ino: ino}
}

// fileInfo is a fs.FileInfo; it is comparable, so os.SameFile's question can be
// answered by Ino.
type fileInfo struct {
	name string
	size int64
	mode fs.FileMode
	time int64
	ino  Ino
}

func (i fileInfo) Name() string       { return i.name }
func (i fileInfo) Size() int64        { return i.size }
func (i fileInfo) Mode() fs.FileMode  { return i.mode }
func (i fileInfo) IsDir() bool        { return i.mode.IsDir() }
func (i fileInfo) ModTime() time.Time { return time.Unix(i.time, 0).UTC() }

// Sys returns the inode's number.
func (i fileInfo) Sys() any { return i.ino }
