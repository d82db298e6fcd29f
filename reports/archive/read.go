package archive

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// FileBytesMax bounds the files that are read. A bundle of the largest programs
// is a hundred times smaller.
const FileBytesMax = 256 << 20

// ErrNoFile reports a name that is no regular file: a directory, a symbolic link,
// a pipe or a device.
var ErrNoFile = errors.New("not a regular file")

// Stamp tells whether a file is still the one that was read.
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
