//go:build linux

package faultfs_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/internal/inodes"
)

// realRow is a call on few files whose result is easily got wrong. A file is made by
// its name, a directory by one that ends with a slash, a symbolic link by "name>target".
type realRow struct {
	name  string
	files []string
	call  func(w *twins) (disk, real error)
}

// realRows are calls that random ones make rarely.
var realRows = []realRow{
	{"exchange with a name below a file", []string{"a", "c/"}, renames("c/a", "a/a", inodes.RenameExchange)},
	{"exchange from below nothing", []string{"a"}, renames("c/a", "a/a", inodes.RenameExchange)},
	{"exchange from below a file", []string{"c"}, renames("c/a", "a/a", inodes.RenameExchange)},
	{"create through a link with a slash", []string{"a>b/"}, opens("a", os.O_CREATE)},
	{"create through a link with a slash to a directory", []string{"a>b/", "b/"}, opens("a", os.O_CREATE)},
	{"create through a link with a slash to a file", []string{"a>b/", "b"}, opens("a", os.O_CREATE)},
	{"create through a link with slashes to itself", []string{"a>a//"}, opens("a", os.O_CREATE)},
	{"create through links, the first with a slash", []string{"a>b/", "b>c"}, opens("a", os.O_CREATE)},
	{"create through links, the second with a slash", []string{"a>b", "b>c/", "c/"}, opens("a", os.O_CREATE)},
	{"create through a link to below nothing", []string{"a>b/c/"}, opens("a", os.O_CREATE)},
	{"create through a link with a dot", []string{"a>b/.", "b/"}, opens("a", os.O_CREATE)},
	{"create a link with a slash exclusively", []string{"a>b/"}, opens("a", os.O_CREATE|os.O_EXCL)},
	{"open a link with a slash to a directory", []string{"a>b/", "b/"}, opens("a", os.O_RDONLY)},
	{"open a link with a slash to a file", []string{"a>b/", "b"}, opens("a", os.O_RDONLY)},
	{"open a link with a slash to nothing", []string{"a>b/"}, opens("a", os.O_RDONLY)},
	{"rename a directory to itself through a link", []string{"a/", "a/d/", "b>a"}, func(w *twins) (disk, real error) {
		from, to := top+"/a/d", top+"/b/d"
		return w.disk.Rename(from, to), w.real.Rename(from, to)
	}},
	{"rename a directory to its own name", []string{"a/"}, func(w *twins) (disk, real error) {
		return w.disk.Rename(top+"/a", top+"/a"), w.real.Rename(top+"/a", top+"/a")
	}},
}

func renames(from, to string, mode inodes.RenameMode) func(w *twins) (disk, real error) {
	return func(w *twins) (disk, real error) { return w.renameBoth(top+"/"+from, top+"/"+to, mode) }
}

func opens(name string, flag int) func(w *twins) (disk, real error) {
	return func(w *twins) (disk, real error) {
		f, disk := w.disk.OpenFile(top+"/"+name, flag, 0o644)
		if disk == nil {
			disk = f.Close()
		}
		f, real = w.real.OpenFile(top+"/"+name, flag, 0o644)
		if real == nil {
			real = f.Close()
		}
		return disk, real
	}
}

// make makes a file of a row on both sides.
func (w *twins) make(t *testing.T, file string) {
	t.Helper()
	link, target, isLink := strings.Cut(file, ">")
	name := top + "/" + link
	switch {
	case isLink:
		must(t, errors.Join(w.disk.SymlinkIfPossible(target, name), os.Symlink(target, filepath.Join(w.root, name))))
	case strings.HasSuffix(file, "/"):
		must(t, errors.Join(w.disk.Mkdir(name, 0o755), w.real.Mkdir(name, 0o755)))
	default:
		must(t, errors.Join(afero.WriteFile(w.disk, name, nil, 0o644), afero.WriteFile(w.real, name, nil, 0o644)))
	}
}

// rowTwins returns twins with the files.
func rowTwins(t *testing.T, files ...string) *twins {
	root := t.TempDir()
	w := &twins{disk: faultfs.NewDisk(faultfs.Config{}), real: afero.NewBasePathFs(afero.NewOsFs(), root), root: root}
	must(t, errors.Join(w.disk.MkdirAll(top, 0o755), w.real.MkdirAll(top, 0o755)))
	for _, file := range files {
		w.make(t, file)
	}
	return w
}

// TestDiskBehavesAsLinuxAt makes each of the rare calls on both sides.
func TestDiskBehavesAsLinuxAt(t *testing.T) {
	for _, row := range realRows {
		t.Run(row.name, func(t *testing.T) {
			disk, real := row.call(rowTwins(t, row.files...))
			if got, want := kind(disk), kind(real); got != want {
				t.Errorf("the disk says %q (%v), the system %q (%v)", got, disk, want, real)
			}
		})
	}
}

// TestNameOfOpenFile: an open file has the name that it was opened by, though a link
// led to it.
func TestNameOfOpenFile(t *testing.T) {
	w := rowTwins(t, "a", "b>a")
	for _, fsys := range []afero.Fs{w.disk, w.real} {
		f, err := fsys.Open(top + "/b")
		must(t, err)
		info, err := f.Stat()
		must(t, errors.Join(err, f.Close()))
		if info.Name() != "b" {
			t.Errorf("%s: got %s, want b", fsys.Name(), info.Name())
		}
	}
}
