package pebblefs

import (
	"io"
	"io/fs"
	"path"
	"syscall"

	"github.com/spf13/afero"
)

// Lock makes or empties the file name and locks it for this FS until the Closer
// is closed. A file that is locked already is left alone, with EAGAIN.
func (f *FS) Lock(name string) (io.Closer, error) {
	key := path.Clean("/" + name)
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, held := f.locked[key]; held {
		return nil, &fs.PathError{Op: "lock", Path: name, Err: syscall.EAGAIN}
	}
	opened, err := f.disk.Create(name)
	if err != nil {
		return nil, err
	}
	if f.locked == nil {
		f.locked = map[string]struct{}{}
	}
	f.locked[key] = struct{}{}
	return &lock{fs: f, key: key, file: opened}, nil
}

// lock is a lock that is held until file is closed.
type lock struct {
	fs   *FS
	key  string
	file afero.File
}

// Close releases the lock, once: the next holder's is not its to release.
func (l *lock) Close() error {
	l.fs.mu.Lock()
	defer l.fs.mu.Unlock()
	if err := l.file.Close(); err != nil {
		return err
	}
	delete(l.fs.locked, l.key)
	return nil
}
