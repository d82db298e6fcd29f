package pebblestore

import (
	"sync"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// inOrder is a file system on which a name is made or removed only once the names
// made before in its directory are durable, a killed process's included.
//
// Pebble v2.1.7 relies on that order in two places. It names its first manifest
// in a marker file without a sync of the directory between them: a crash that
// keeps the marker and loses the manifest leaves a store that never opens again.
// And it moves the marker by creating the new one, removing the old one, and then
// syncing the directory: a crash that keeps only the removal leaves no marker,
// and the next open takes the directory for an empty store. POSIX allows both, and
// ALICE (OSDI'14) saw btrfs reorder changes of names; on Linux 6.18 a removal on
// btrfs did not survive without the older creation.
type inOrder struct {
	vfs.FS

	mu   sync.Mutex
	dirs map[string]*nameOrder
}

// nameOrder counts the names made in a directory, and those of them that a sync
// covered. At first one was made that was not: who knows what was there.
type nameOrder struct{ made, synced int }

func newInOrder(fs vfs.FS) *inOrder {
	return &inOrder{FS: fs, dirs: map[string]*nameOrder{}}
}

// Unwrap returns the file system below.
func (f *inOrder) Unwrap() vfs.FS { return f.FS }

func (f *inOrder) dir(dir string) *nameOrder {
	if f.dirs[dir] == nil {
		f.dirs[dir] = &nameOrder{made: 1}
	}
	return f.dirs[dir]
}

// making settles the directory before a name is made there, and counts the name
// whether or not it is made in the end.
func (f *inOrder) making(name string) error {
	dir := f.PathDir(name)
	if err := f.syncNames(dir); err != nil {
		return err
	}
	f.mu.Lock()
	f.dir(dir).made++
	f.mu.Unlock()
	return nil
}

func (f *inOrder) Create(name string, category vfs.DiskWriteCategory) (vfs.File, error) {
	if err := f.making(name); err != nil {
		return nil, err
	}
	return f.FS.Create(name, category)
}

func (f *inOrder) Link(oldname, newname string) error {
	if err := f.making(newname); err != nil {
		return err
	}
	return f.FS.Link(oldname, newname)
}

func (f *inOrder) Rename(oldname, newname string) error {
	if err := f.making(newname); err != nil {
		return err
	}
	return f.FS.Rename(oldname, newname)
}

func (f *inOrder) ReuseForWrite(oldname, newname string, category vfs.DiskWriteCategory) (vfs.File, error) {
	if err := f.making(newname); err != nil {
		return nil, err
	}
	return f.FS.ReuseForWrite(oldname, newname, category)
}

func (f *inOrder) Remove(name string) error {
	if err := f.syncNames(f.PathDir(name)); err != nil {
		return err
	}
	return f.FS.Remove(name)
}

// syncNames syncs the directory if a name was made there since its last sync. A
// name that is being made at the same moment may be covered or not; its turn
// comes with the next.
func (f *inOrder) syncNames(dir string) error {
	f.mu.Lock()
	order := f.dir(dir)
	settled := order.made == order.synced
	f.mu.Unlock()
	if settled {
		return nil
	}
	d, err := f.OpenDir(dir)
	if err != nil {
		return err
	}
	if err := d.Sync(); err != nil {
		_ = d.Close() // the sync's error says more
		return err
	}
	return d.Close()
}

// OpenDir returns a directory whose Sync is taken note of.
func (f *inOrder) OpenDir(name string) (vfs.File, error) {
	d, err := f.FS.OpenDir(name)
	if err != nil {
		return nil, err
	}
	return &orderedDir{File: d, fs: f, name: name}, nil
}

type orderedDir struct {
	vfs.File
	fs   *inOrder
	name string
}

func (d *orderedDir) Sync() error {
	d.fs.mu.Lock()
	made := d.fs.dir(d.name).made
	d.fs.mu.Unlock()
	if err := d.File.Sync(); err != nil {
		return err
	}
	d.fs.mu.Lock()
	order := d.fs.dir(d.name)
	order.synced = max(order.synced, made)
	d.fs.mu.Unlock()
	return nil
}
