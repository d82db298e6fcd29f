package boltstore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"github.com/ackproof/ackproof/engines"
)

const (
	// newSuffix is the end of a file's name until it is complete.
	newSuffix = ".new"
	fileMode  = 0o600
)

// openFile opens the file of a name in o.Dir, creating it if there is none.
func openFile(o Options, name string) (*bbolt.DB, error) {
	path := filepath.Join(o.Dir, name)
	if o.ReadOnly || o.Plain {
		return bbolt.Open(path, fileMode, o.bolt())
	}
	dir, err := os.Open(o.Dir)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	// Without it one of two processes could rename the file that the other has
	// half made, or put its own over one that is in use.
	unlock, err := lock(dir)
	if err != nil {
		return nil, err
	}
	defer unlock()
	db, err := openOrCreate(path, o)
	if err != nil {
		return nil, err
	}
	// Before anything is shown or acknowledged; see the package comment.
	if err := dir.Sync(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// openOrCreate returns the file with all of its content durable, but not yet its
// name. The caller holds the lock on the directory.
func openOrCreate(path string, o Options) (*bbolt.DB, error) {
	newPath := path + newSuffix
	// Removed, never truncated or written: where a rename is not atomic, a crash
	// may leave both names for one file.
	if err := os.Remove(newPath); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return create(path, newPath, o)
	case err != nil:
		return nil, err
	case info.Size() == 0:
		// bbolt would silently begin anew in it.
		return nil, fmt.Errorf("%w: got no bytes in %s, want at least bbolt's meta pages", engines.ErrCorrupt, path)
	}
	return openSynced(path, o)
}

// create makes the file under newPath and gives it the name path when it is
// complete.
func create(path, newPath string, o Options) (*bbolt.DB, error) {
	db, err := openSynced(newPath, o)
	if err != nil {
		return nil, err
	}
	if err := os.Rename(newPath, path); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func openSynced(path string, o Options) (*bbolt.DB, error) {
	db, err := bbolt.Open(path, fileMode, o.bolt())
	if err != nil {
		return nil, err
	}
	if err := db.Sync(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// classify gives bbolt's errors the names of the contract and of this package.
func classify(err error) error {
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return fmt.Errorf("%w: %w", ErrLocked, err)
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrChecksum):
		return fmt.Errorf("%w: %w", engines.ErrCorrupt, err)
	}
	return err
}
