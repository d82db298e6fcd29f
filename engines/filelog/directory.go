package filelog

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/afero"
)

// directory is where an engine's files are.
type directory struct {
	fs   afero.Fs
	path string
}

func (d directory) join(name string) string {
	return d.path + string(filepath.Separator) + name
}

// list returns the names in the directory, which it creates if need be.
func (d directory) list() ([]string, error) {
	names, err := d.read()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = d.create()
	case err == nil && len(names) == 0:
		// A process that was killed may have made it, and not come to its name.
		if err = d.syncName(); errors.Is(err, fs.ErrPermission) {
			err = nil // then it was somebody else
		}
	}
	return names, err
}

func (d directory) read() ([]string, error) {
	f, err := d.fs.Open(d.path)
	if err != nil {
		return nil, err
	}
	names, err := f.Readdirnames(-1)
	return names, errors.Join(err, f.Close())
}

// create makes the directory and its name durable. What lies above the parent is
// the caller's.
func (d directory) create() error {
	if err := d.fs.MkdirAll(d.path, 0o755); err != nil {
		return err
	}
	return d.syncName()
}

// syncName makes the directory's own name durable.
func (d directory) syncName() error {
	return directory{fs: d.fs, path: filepath.Dir(d.path)}.sync()
}

// sync makes the names in the directory durable.
func (d directory) sync() error {
	f, err := d.fs.Open(d.path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// replace makes a new file with the content take the place of the one of that name, if
// any, durable with its name. An fsync reaches nothing of a file that an earlier one failed
// for, but all of a new one.
func (d directory) replace(name string, content []byte) error {
	path := d.join(name)
	// What is there may be the file itself, by the old name of a rename that a crash cut in
	// two: it is not to be written.
	if err := d.fs.Remove(path + newSuffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := d.fs.OpenFile(path+newSuffix, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	if err = writeAt(f, content, 0); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = d.fs.Rename(path+newSuffix, path)
	}
	if err != nil {
		return err
	}
	return d.sync()
}

// newSuffix ends the name of a file that is to take the place of another.
const newSuffix = ".new"

// syncWith makes a new file durable, and then its name.
func (d directory) syncWith(f afero.File) error {
	if err := f.Sync(); err != nil {
		return err
	}
	return d.sync()
}
