package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/harness"
)

// keepImage writes the files that a bundle's crash left to an empty directory, and
// lists them. Nothing outside the directory is touched, whatever the bundle holds.
func keepImage(out io.Writer, b *harness.Bundle, path, dir string) error {
	image, err := b.Image()
	if errors.Is(err, harness.ErrNoCrash) {
		err = fmt.Errorf("%w, so there are no files that a crash left: replay it without --keep", err)
	}
	if err != nil {
		return usage(fmt.Errorf("%s: %w", path, err))
	}
	root, err := emptyRoot(dir)
	if err != nil {
		return usage(fmt.Errorf("--keep: %w", err))
	}
	defer root.Close()
	if err := image.Patch(nil, tree{root}); err != nil {
		return fmt.Errorf("--keep: %w: remove what was written to %s", err, dir)
	}
	return listImage(out, image, dir)
}

// emptyRoot opens an empty directory, which it makes if it is not there.
func emptyRoot(dir string) (*os.Root, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	if len(entries) > 0 {
		return nil, fmt.Errorf("%s is not empty, it holds %q: want an empty or a new directory", dir, entries[0].Name())
	}
	return os.OpenRoot(dir)
}

// listImage writes the image's names, each as a shell takes it, with the sizes of
// files and the targets of symbolic links.
func listImage(out io.Writer, image *faultfs.Image, dir string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "after the crash, in %s:\n", shellWord(dir))
	files := image.Files()
	for _, f := range files {
		switch name := listed(f.Path[1:]); {
		case f.IsDir:
			fmt.Fprintf(&b, "  %s/\n", name)
		case f.Target != "":
			fmt.Fprintf(&b, "  %s -> %s\n", name, listed(f.Target))
		default:
			fmt.Fprintf(&b, "  %s  %d bytes\n", name, f.SizeBytes)
		}
	}
	if len(files) == 0 {
		b.WriteString("  nothing\n")
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// listed returns a name as it is, or quoted if a terminal could take it for more.
func listed(name string) string {
	if quoted := fmt.Sprintf("%+q", name); quoted != `"`+name+`"` {
		return quoted
	}
	return name
}

// tree is a directory that an image is written to. A path that leads out of it is
// an error.
type tree struct{ root *os.Root }

func (tree) at(path string) string { return filepath.FromSlash(strings.TrimPrefix(path, "/")) }

// Mkdir is of [faultfs.Patcher], as those below.
func (t tree) Mkdir(path string) error { return t.root.Mkdir(t.at(path), 0o755) }

// Remove removes a file, or a directory with all in it.
func (t tree) Remove(path string) error { return t.root.RemoveAll(t.at(path)) }

// Create makes an empty file where nothing is.
func (t tree) Create(path string) error {
	f, err := t.root.OpenFile(t.at(path), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	return f.Close()
}

// Link gives a file a further name.
func (t tree) Link(oldPath, newPath string) error { return t.root.Link(t.at(oldPath), t.at(newPath)) }

// Symlink makes a symbolic link, wherever it points.
func (t tree) Symlink(target, path string) error { return t.root.Symlink(target, t.at(path)) }

// Resize sets a file's size.
func (t tree) Resize(path string, size int64) error {
	return t.change(path, func(f *os.File) error { return f.Truncate(size) })
}

// WriteAt writes to a file.
func (t tree) WriteAt(path string, p []byte, off int64) error {
	return t.change(path, func(f *os.File) error {
		_, err := f.WriteAt(p, off)
		return err
	})
}

func (t tree) change(path string, change func(*os.File) error) error {
	f, err := t.root.OpenFile(t.at(path), os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(change(f), f.Close())
}
