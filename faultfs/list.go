package faultfs

import (
	"io"
	"io/fs"
	"syscall"
)

// Readdir returns the next count entries of a directory in the order of names,
// with io.EOF at the end; count <= 0 returns all that are left.
func (f *File) Readdir(count int) ([]fs.FileInfo, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.vol.RLock()
	defer f.vol.RUnlock()
	names, err := f.list(count)
	infos := make([]fs.FileInfo, len(names))
	for i, e := range names {
		infos[i] = infoOf(e.name, e.ino, f.vol.tree.at(e.ino))
	}
	return infos, err
}

// Readdirnames is Readdir for the names alone.
func (f *File) Readdirnames(count int) ([]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.vol.RLock()
	defer f.vol.RUnlock()
	entries, err := f.list(count)
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.name
	}
	return names, err
}

func (f *File) list(count int) ([]dirent, error) {
	if err := f.check(); err != nil {
		return nil, f.fail("readdir", err)
	}
	n := f.vol.tree.at(f.ino)
	if !n.isDir {
		return nil, f.fail("readdirent", syscall.ENOTDIR)
	}
	if n.removed {
		return nil, f.fail("readdirent", syscall.ENOENT)
	}
	// By name, not by place: who removes what was listed must see the rest.
	rest := n.names
	if f.listed != "" {
		i, found := findName(rest, f.listed)
		rest = rest[i+int(boolWord(found)):]
	}
	if count > 0 {
		if len(rest) == 0 {
			return nil, io.EOF
		}
		rest = rest[:min(count, len(rest))]
	}
	if len(rest) > 0 {
		f.listed = rest[len(rest)-1].name
	}
	return rest, nil
}
