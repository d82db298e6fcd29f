package faultfs

import (
	"os"
	"strings"
)

// Directory is a directory of the operating system that an image is patched to. A
// path that leads out of Root is an error. It is for one goroutine; whoever makes one
// closes it.
type Directory struct {
	Root *os.Root
	// Dir is the directory's path below Root, "." for Root itself.
	Dir  string
	open map[string]*os.File // by path
}

var _ Patcher = (*Directory)(nil)

// Close gives back the descriptors of the files that were patched. The directory may
// be used again.
func (d *Directory) Close() error {
	var first error
	for _, f := range d.open {
		if err := f.Close(); err != nil && first == nil {
			first = err
		}
	}
	clear(d.open)
	return first
}

// File returns the file at a path, open for reading and writing. It is the directory's:
// it is not to be closed.
func (d *Directory) File(path string) (*os.File, error) { return d.file(path, 0) }

// Forget closes what is open of a path, at which there is another file now.
func (d *Directory) Forget(path string) {
	if f := d.open[path]; f != nil {
		_ = f.Close()
		delete(d.open, path)
	}
}

func (d *Directory) at(path string) string { return d.Dir + path }

// file returns the open file at a path, with flags if it is not open yet.
func (d *Directory) file(path string, flag int) (*os.File, error) {
	if f := d.open[path]; f != nil {
		return f, nil
	}
	f, err := d.Root.OpenFile(d.at(path), os.O_RDWR|flag, 0o644)
	if err != nil {
		return nil, err
	}
	if d.open == nil {
		d.open = map[string]*os.File{}
	}
	d.open[path] = f
	return f, nil
}

// Mkdir is of [Patcher], as those below.
func (d *Directory) Mkdir(path string) error { return d.Root.Mkdir(d.at(path), 0o755) }

// Remove removes a file, or a directory with all in it.
func (d *Directory) Remove(path string) error {
	for name, f := range d.open {
		if name == path || strings.HasPrefix(name, path+"/") {
			_ = f.Close()
			delete(d.open, name)
		}
	}
	return d.Root.RemoveAll(d.at(path))
}

// Create makes an empty file where nothing is.
func (d *Directory) Create(path string) error {
	_, err := d.file(path, os.O_CREATE|os.O_EXCL)
	return err
}

// Link gives a file a further name.
func (d *Directory) Link(oldPath, newPath string) error {
	return d.Root.Link(d.at(oldPath), d.at(newPath))
}

// Symlink makes a symbolic link, wherever it points.
func (d *Directory) Symlink(target, path string) error { return d.Root.Symlink(target, d.at(path)) }

// Resize sets a file's size.
func (d *Directory) Resize(path string, size int64) error {
	f, err := d.file(path, 0)
	if err != nil {
		return err
	}
	return f.Truncate(size)
}

// WriteAt writes to a file.
func (d *Directory) WriteAt(path string, p []byte, off int64) error {
	f, err := d.file(path, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(p, off)
	return err
}
