package canary

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
)

func baseName(number uint64) string { return fmt.Sprintf("%08d.base", number) }
func moreName(number uint64) string { return fmt.Sprintf("%08d.more", number) }

// parseName returns the number of a log's file. One that is not renamed yet has
// a number too: it is not used again.
func parseName(name string) (number uint64, isBase, ok bool) {
	digits, suffix, _ := strings.Cut(name, ".")
	number, err := strconv.ParseUint(digits, 10, 64)
	return number, suffix == "base", err == nil && len(digits) == 8
}

// names returns the names in the directory.
func (e *plain) names() ([]string, error) {
	d, err := e.fs.Open(e.dir)
	if err != nil {
		return nil, err
	}
	names, err := d.Readdirnames(-1)
	return names, errors.Join(err, d.Close())
}

// removeBefore removes the files with smaller numbers.
func (e *plain) removeBefore(number uint64) error {
	names, err := e.names()
	for _, name := range names {
		if n, _, ok := parseName(name); ok && n < number {
			err = errors.Join(err, e.fs.Remove(e.path(name)))
		}
	}
	return err
}

// freeName returns a path that no file has, as for a temporary file.
func (e *plain) freeName() string {
	for i := 1; ; i++ {
		name := e.path(fmt.Sprintf("new-%d", i))
		if _, err := e.fs.Stat(name); err != nil {
			return name
		}
	}
}

func (e *plain) path(name string) string { return filepath.Join(e.dir, name) }

// syncDir makes the names in the directory durable.
func (e *plain) syncDir() error {
	d, err := e.fs.Open(e.dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if e.plant == ignoresLaterDirSyncError && e.dirSynced {
		err = nil // plant: later-directory-fsync-errors-ignored
	}
	e.dirSynced = true
	return errors.Join(err, d.Close())
}
