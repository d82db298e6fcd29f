// Package newfile puts a new file where an old one is, as a whole: a crash leaves the
// one or the other.
package newfile

import (
	"errors"
	"io"
	iofs "io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/afero"
)

// suffix ends the name of a file that is to take the place of another. It is always the
// same, so that what crashes leave does not pile up.
const suffix = ".new"

// Replace makes a file of what write writes take the place of the one at path, if any.
// It is durable, name and all, when Replace returns it, open for reading and writing; the
// caller closes it. After an error the old file or the new one is there.
func Replace(fs afero.Fs, path string, write func(io.Writer) error) (afero.File, error) {
	f, err := create(fs, path+suffix)
	if err != nil {
		return nil, err
	}
	if err = write(f); err == nil {
		err = f.Sync() // before the name: a crash must not leave the name of half a file
	}
	if err == nil {
		err = fs.Rename(path+suffix, path)
	}
	if err != nil {
		_ = fs.Remove(path + suffix) // it may be large, and the disk full
	} else {
		err = SyncDir(fs, filepath.Dir(path))
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// create makes a file where there may be what a crash left. That may be the very file
// that is to be replaced, by the old name of a rename that the crash cut in two: so it is
// removed, and never written to.
func create(fs afero.Fs, path string) (afero.File, error) {
	if err := fs.Remove(path); err != nil && !errors.Is(err, iofs.ErrNotExist) {
		return nil, err
	}
	return fs.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
}

// MakeDir makes the directory dir, and those above it, where they are missing. Its name is
// made durable in any case: a process may have been killed between the two.
func MakeDir(fs afero.Fs, dir string) error {
	parent := filepath.Dir(dir)
	err := fs.Mkdir(dir, 0o755)
	if errors.Is(err, iofs.ErrNotExist) && parent != dir {
		if err = MakeDir(fs, parent); err == nil {
			err = fs.Mkdir(dir, 0o755)
		}
	}
	isThere := errors.Is(err, iofs.ErrExist)
	if err != nil && !isThere {
		return err
	}
	err = SyncDir(fs, parent)
	if isThere && errors.Is(err, iofs.ErrPermission) {
		return nil // somebody else made it
	}
	return err
}

// SyncDir makes the names in the directory dir durable.
func SyncDir(fs afero.Fs, dir string) error {
	d, err := fs.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
