package faultfs

import (
	"io"
	"io/fs"
	"syscall"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
)

// Readdir returns the next count entries of a directory in the order of names,
// with io.EOF at the end; count <= 0 returns all that are left.
func (f *File) Readdir(count int) ([]fs.FileInfo, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	mayFail := f.vol.LockToLook()
	defer f.vol.UnlockToLook(mayFail)
	names, err := f.list(count, mayFail)
	infos := make([]fs.FileInfo, len(names))
	for i, e := range names {
		infos[i] = infoOf(e.Name, e.Ino, f.vol.Tree.Inode(e.Ino))
	}
	return infos, err
}

// Readdirnames returns what [File.Readdir] does, names alone.
func (f *File) Readdirnames(count int) ([]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	mayFail := f.vol.LockToLook()
	defer f.vol.UnlockToLook(mayFail)
	entries, err := f.list(count, mayFail)
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name
	}
	return names, err
}

func (f *File) list(count int, mayFail bool) ([]tree.Dirent, error) {
	if err := f.check(); err != nil {
		return nil, f.fail("readdir", err)
	}
	n := f.vol.Tree.Inode(f.ino)
	if !n.IsDir {
		return nil, f.fail("readdirent", syscall.ENOTDIR)
	}
	if n.Removed {
		return nil, f.fail("readdirent", syscall.ENOENT)
	}
	if mayFail {
		if err := f.vol.Look(fault.ReadDir, f.at()); err != nil {
			return nil, f.fail("readdirent", err)
		}
	}
	// By name, not by place: who removes what was listed must see the rest.
	rest := n.Names
	if f.listed != "" {
		i, found := tree.FindName(rest, f.listed)
		rest = rest[i+int(tree.BoolWord(found)):]
	}
	if count > 0 {
		if len(rest) == 0 {
			return nil, io.EOF
		}
		rest = rest[:min(count, len(rest))]
	}
	if len(rest) > 0 {
		f.listed = rest[len(rest)-1].Name
	}
	return rest, nil
}
