package host

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/ackproof/ackproof/faultfs"
)

// segmentBytes is the size of a file that is mostly holes.
const segmentBytes = 64 << 20

// held is a workspace that holds an image with a large file, small ones and
// directories, and the path of what it holds.
func held(t *testing.T) (*workspace, string) {
	t.Helper()
	d := faultfs.NewDisk(faultfs.Config{})
	must(t, d.MkdirAll("/db/sub", 0o755))
	for name, size := range map[string]int64{"/db/segment": segmentBytes, "/db/small": 0, "/db/sub/other": 3 * pageBytes} {
		f, err := d.Create(name)
		must(t, err)
		_, err = f.Write(bytes.Repeat([]byte("0123456789abcdef"), 5000))
		must(t, err)
		if size > 0 {
			must(t, f.Truncate(size))
		}
	}
	dir, root, handle := inMemory(t)
	w := newWorkspace(&shelf{root: root, fd: int(handle.Fd()), prefix: "w", seen: dir}, "0")
	w.rename()
	t.Cleanup(w.close)
	return w, filepath.Dir(w.hold(d.Image()))
}

// inMemory returns a directory that is backed by memory.
func inMemory(t *testing.T) (dir string, root *os.Root, handle *os.File) {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "ackproof-*")
	if err != nil {
		t.Skip("no memory-backed directory: ", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	root, err = os.OpenRoot(dir)
	must(t, err)
	t.Cleanup(func() { _ = root.Close() })
	handle, err = os.Open(dir)
	must(t, err)
	t.Cleanup(func() { _ = handle.Close() })
	return dir, root, handle
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// sameAsImage fails the test unless a directory holds the workspace's image and takes no
// more memory than it did.
func sameAsImage(t *testing.T, w *workspace, dir string) {
	t.Helper()
	want := map[string]bool{}
	for _, f := range w.held.Files() {
		want[f.Path] = true
		if f.IsDir {
			continue
		}
		was, err := w.held.ReadFile(f.Path)
		must(t, err)
		is, err := os.ReadFile(dir + f.Path)
		must(t, err)
		if !bytes.Equal(is, was) {
			t.Errorf("%s: the bytes differ, %d of %d", f.Path, len(is), len(was))
		}
		var st unix.Stat_t
		must(t, unix.Stat(dir+f.Path, &st))
		if mib := st.Blocks * 512 >> 20; mib > 1 {
			t.Errorf("%s takes %d MiB", f.Path, mib)
		}
		if st.Mode&0o7777 != 0o644 {
			t.Errorf("%s has mode %o", f.Path, st.Mode)
		}
	}
	must(t, filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if name := path[len(dir):]; name != "" && !want[name] {
			t.Errorf("%s was made and is still there", name)
		}
		return err
	}))
}

func change(t *testing.T, path string, do func(f *os.File) error) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	must(t, err)
	must(t, do(f))
	must(t, f.Close())
}

// TestUndo: whatever an engine did to its files is taken back, in place.
func TestUndo(t *testing.T) {
	writeAt := func(name string, size int, off int64, letter string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			change(t, dir+name, func(f *os.File) error {
				_, err := f.WriteAt(bytes.Repeat([]byte(letter), size), off)
				return err
			})
		}
	}
	allocate := func(mode uint32, off, size int64) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			change(t, dir+"/db/segment", func(f *os.File) error { return unix.Fallocate(int(f.Fd()), mode, off, size) })
		}
	}
	truncate := func(name string, size int64) func(*testing.T, string) {
		return func(t *testing.T, dir string) { must(t, os.Truncate(dir+name, size)) }
	}
	for name, engine := range map[string]func(t *testing.T, dir string){
		"nothing":          func(*testing.T, string) {},
		"overwrite":        writeAt("/db/segment", 100, 5000, "x"),
		"far write":        writeAt("/db/segment", 100, 50<<20, "x"),
		"zeros over data":  writeAt("/db/segment", 20000, 100, "\x00"),
		"zeros over holes": writeAt("/db/segment", 40<<20, 1<<20, "\x00"),
		"long write":       writeAt("/db/segment", 30<<20, 100, "y"),
		"append":           writeAt("/db/small", 300000, 80000, "z"),
		"allocate":         allocate(0, 0, segmentBytes+4096),
		"punch":            allocate(unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_KEEP_SIZE, 0, 1<<20),
		"cut":              truncate("/db/segment", 100),
		"empty":            truncate("/db/sub/other", 0),
		"grow":             truncate("/db/small", 10<<20),
		"new files": func(t *testing.T, dir string) {
			must(t, os.MkdirAll(dir+"/db/new/sub", 0o700))
			must(t, os.WriteFile(dir+"/db/new/sub/file", []byte("x"), 0o600))
			must(t, os.Symlink("small", dir+"/db/link"))
			must(t, os.WriteFile(dir+"/beside", []byte("x"), 0o600))
		},
		"replace": func(t *testing.T, dir string) {
			must(t, os.WriteFile(dir+"/db/new", []byte("new"), 0o600))
			must(t, os.Rename(dir+"/db/new", dir+"/db/small"))
		},
		"modes": func(t *testing.T, dir string) {
			must(t, os.Chmod(dir+"/db/small", 0o400))
			must(t, os.Chmod(dir+"/db/sub", 0o500))
		},
		"map": func(t *testing.T, dir string) {
			change(t, dir+"/db/segment", func(f *os.File) error {
				m, err := unix.Mmap(int(f.Fd()), 0, segmentBytes, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
				must(t, err)
				m[0], m[20<<20] = 'm', 'm'
				return unix.Munmap(m)
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, dir := held(t)
			for range 2 {
				engine(t, dir)
				if _, ok := w.undo(); !ok {
					t.Fatal("it was not undone")
				}
				sameAsImage(t, w, dir)
			}
		})
	}
}

// TestNotUndone: what an engine still has, or what is no change of bytes and names, is
// not taken back.
func TestNotUndone(t *testing.T) {
	open := func(name string, flag int) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			f, err := os.OpenFile(dir+name, flag, 0)
			must(t, err)
			t.Cleanup(func() { _ = f.Close() })
		}
	}
	for name, engine := range map[string]func(t *testing.T, dir string){
		"open for reading": open("/db/small", os.O_RDONLY),
		"open for writing": open("/db/segment", os.O_RDWR),
		"mapped": func(t *testing.T, dir string) {
			change(t, dir+"/db/segment", func(f *os.File) error {
				m, err := unix.Mmap(int(f.Fd()), 0, pageBytes, unix.PROT_READ, unix.MAP_SHARED)
				t.Cleanup(func() { _ = unix.Munmap(m) })
				return err
			})
		},
		"file removed":      func(t *testing.T, dir string) { must(t, os.Remove(dir+"/db/small")) },
		"directory removed": func(t *testing.T, dir string) { must(t, os.RemoveAll(dir+"/db/sub")) },
		"file of another kind": func(t *testing.T, dir string) {
			must(t, os.Remove(dir+"/db/small"))
			must(t, os.Symlink("segment", dir+"/db/small"))
		},
		"two names": func(t *testing.T, dir string) {
			must(t, os.Remove(dir+"/db/small"))
			must(t, os.Link(dir+"/db/segment", dir+"/db/small"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, dir := held(t)
			engine(t, dir)
			if _, ok := w.undo(); ok {
				t.Error("it was undone")
			}
		})
	}
}
