package faultfs

import (
	"io/fs"
	"time"

	"github.com/ackproof/ackproof/faultfs/internal/tree"
)

// infoOf describes an inode under a name. The volume's lock is held.
func infoOf(name string, ino tree.Ino, n *tree.Node) fs.FileInfo {
	return fileInfo{name: name, size: n.Length(), mode: n.Mode | n.FileType(), time: n.Mtime, ino: ino}
}

// fileInfo is a fs.FileInfo; it is comparable, so os.SameFile's question can be
// answered by Ino.
type fileInfo struct {
	name string
	size int64
	mode fs.FileMode
	time int64
	ino  tree.Ino
}

func (i fileInfo) Name() string       { return i.name }
func (i fileInfo) Size() int64        { return i.size }
func (i fileInfo) Mode() fs.FileMode  { return i.mode }
func (i fileInfo) IsDir() bool        { return i.mode.IsDir() }
func (i fileInfo) ModTime() time.Time { return time.Unix(i.time, 0).UTC() }

// Sys returns the inode's number.
func (i fileInfo) Sys() any { return i.ino }
