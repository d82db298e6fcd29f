package archive

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"
)

// FileBytesMax bounds the files that are read. A bundle of the largest programs
// is a hundred times smaller.
const FileBytesMax = 256 << 20

// ErrNoFile reports a name that is no regular file: a directory, a symbolic link,
// a pipe or a device.
var ErrNoFile = errors.New("not a regular file")

// Stamp says whether a file is still the one that was read.
type Stamp struct {
	Changed   time.Time
	SizeBytes int64
}

func stampOf(info fs.FileInfo) Stamp { return Stamp{info.ModTime(), info.Size()} }

// OpenFile opens a regular file for reading. It never waits for a pipe.
func OpenFile(root *os.Root, name string) (*os.File, Stamp, error) {
	info, err := root.Lstat(name)
	if err != nil {
		return nil, Stamp{}, err
	}
	if !info.Mode().IsRegular() {
		return nil, Stamp{}, fmt.Errorf("%s: %w", name, ErrNoFile)
	}
	f, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, Stamp{}, err
	}
	// Another file may have come in its place.
	if info, err = f.Stat(); err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s: %w", name, ErrNoFile)
	}
	if err != nil {
		return nil, Stamp{}, errors.Join(err, f.Close())
	}
	return f, stampOf(info), nil
}

// readFile returns a regular file's bytes, and when they were written.
func readFile(root *os.Root, name string) ([]byte, Stamp, error) {
	f, stamp, err := OpenFile(root, name)
	if err != nil {
		return nil, Stamp{}, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, FileBytesMax+1))
	if err != nil {
		return nil, Stamp{}, err
	}
	if len(data) > FileBytesMax {
		return nil, Stamp{}, fmt.Errorf("%s: it has more than %d MiB, which no file of ours has", name, FileBytesMax>>20)
	}
	return data, stamp, nil
}

// Problem is a file that could not be used, and why.
type Problem struct {
	Path string
	Err  error
}

// BundleSuffix is how the names of bundles end.
const BundleSuffix = ".ackproof"

// isBundle reports whether a file is taken for a bundle. Hidden files are those that
// are being written.
func isBundle(name string) bool {
	return strings.HasSuffix(name, BundleSuffix) && !strings.HasPrefix(name, ".")
}

// entriesMax bounds the names of a directory, and of the walk through an archive.
const entriesMax = 1_000_000

// readDir returns a directory's entries in the order of their names.
func readDir(root *os.Root, dir string) ([]fs.DirEntry, error) {
	f, err := root.OpenFile(dir, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	entries, err := f.ReadDir(entriesMax)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return entries, nil
}
