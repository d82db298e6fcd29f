package canary

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/afero"
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

// syncs says what a replacement of a file makes durable.
type syncs struct{ file, dir bool }

var both = syncs{file: true, dir: true}

// replaceFile gives the file name the content data in one step. The other name is
// removed first, never emptied: a crash may have left both names on one file.
func (e *plain) replaceFile(name string, data []byte, s syncs) error {
	other := e.path(name + ".new")
	if err := e.fs.Remove(other); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	f, err := e.fs.OpenFile(other, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	err = writeAt(f, data, 0)
	if err == nil && s.file {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := e.fs.Rename(other, e.path(name)); err != nil || !s.dir {
		return err
	}
	return e.syncDir()
}

// readFile returns what a file holds, and makes it durable: a killed process may
// have left it in the page cache only.
func (e *plain) readFile(name string) ([]byte, error) {
	f, err := e.fs.Open(e.path(name))
	if err != nil {
		return nil, err
	}
	b, err := afero.ReadAll(f)
	if err == nil && e.plant != skipsRecoverySync { // plant: recovered-not-durable
		err = f.Sync()
	}
	return b, errors.Join(err, f.Close())
}

func writeAt(f afero.File, b []byte, off int64) error {
	n, err := f.WriteAt(b, off)
	if err == nil && n < len(b) {
		err = fmt.Errorf("wrote %d of %d bytes", n, len(b))
	}
	return err
}

func (e *plain) path(name string) string { return filepath.Join(e.dir, name) }

// syncDir makes the names in the directory durable.
func (e *plain) syncDir() error {
	d, err := e.fs.Open(e.dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
