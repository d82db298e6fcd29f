package boltlog

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"github.com/ackproof/ackproof/engines"
)

const (
	// fileName is the file of an engine.
	fileName = "log.db"
	// newFileName is that file until it is complete.
	newFileName = "log.db.new"
	fileMode    = 0o600
)

// openFile opens the file in o.Dir, creating it if there is none.
func openFile(o Options) (*bbolt.DB, error) {
	if o.ReadOnly || o.Plain {
		return bbolt.Open(filepath.Join(o.Dir, fileName), fileMode, o.bolt())
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
	db, err := openOrCreate(o)
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
func openOrCreate(o Options) (*bbolt.DB, error) {
	path, newPath := filepath.Join(o.Dir, fileName), filepath.Join(o.Dir, newFileName)
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
		// bbolt would silently begin a new log in it.
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

// bolt returns bbolt's options. None of them weakens durability but NoSync.
func (o Options) bolt() *bbolt.Options {
	const (
		// A leaked lock is an error, not a hang. Long enough for a process that is
		// just ending.
		lockTimeout = 200 * time.Millisecond
		// Fixed, so that the same log makes the same file on every machine; by
		// default it is the operating system's.
		pageSizeBytes = 4096
	)
	return &bbolt.Options{
		NoSync:   o.NoSync,
		ReadOnly: o.ReadOnly,
		Timeout:  lockTimeout,
		PageSize: pageSizeBytes,
		// The other type takes free pages in the order of a Go map. This one takes
		// the lowest that fit, so that the file stays short and repeats.
		FreelistType: bbolt.FreelistArrayType,
		// The list of free pages is written with each transaction. Without that,
		// an open would walk the whole tree to find them.
		NoFreelistSync: false,
		// A read-only open looks at that list as well, so that a list which an
		// ordinary open would fail at does not go unseen.
		PreLoadFreelist: true,
		// The size is synced when the file grows, before a page beyond the old end
		// is written.
		NoGrowSync: false,
		// The map begins as large as the file and doubles. As the file grows to the
		// size of its map, a larger one would make every small log a large file; and
		// readers, for which it is there, do not read during writes here.
		InitialMmapSize: 0,
		// Nobody reads them, and each transaction takes two locks for them.
		NoStatistics: true,
	}
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
