//go:build linux

package fusefs_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/fusefs"
)

// step is a system call, on names below a directory and on open files by slot.
type step struct {
	Call  string
	A, B  string
	Slot  int
	Flags int
	Off   int64
	Len   int64
}

// world is a directory and the files that are open there.
type world struct {
	dir  string
	open [3]int // 0 for none
}

func (w *world) path(name string) string { return filepath.Join(w.dir, name) }

// slot returns an open file, or a number that never is one.
func (w *world) slot(i int) int {
	if w.open[i] == 0 {
		return -1
	}
	return w.open[i]
}

func (w *world) close(slot int) error {
	fd := w.slot(slot)
	w.open[slot] = 0
	return unix.Close(fd)
}

func (w *world) opened(slot, fd int, err error) error {
	if err == nil {
		_ = w.close(slot)
		w.open[slot] = fd
	}
	return err
}

// calls are what a step can do. They return what must be equal everywhere.
var calls = map[string]func(w *world, s step) (any, error){
	"open": func(w *world, s step) (any, error) {
		fd, err := unix.Open(w.path(s.A), s.Flags|unix.O_CLOEXEC, 0o600)
		return nil, w.opened(s.Slot, fd, err)
	},
	"tmpfile": func(w *world, s step) (any, error) {
		fd, err := unix.Open(w.path(s.A), unix.O_TMPFILE|unix.O_RDWR|unix.O_CLOEXEC, 0o600)
		return nil, w.opened(s.Slot, fd, err)
	},
	"linkfd": func(w *world, s step) (any, error) {
		return nil, unix.Linkat(unix.AT_FDCWD, fmt.Sprintf("/proc/self/fd/%d", w.slot(s.Slot)), unix.AT_FDCWD, w.path(s.A), unix.AT_SYMLINK_FOLLOW)
	},
	"close":  func(w *world, s step) (any, error) { return nil, w.close(s.Slot) },
	"pwrite": func(w *world, s step) (any, error) { return ret(unix.Pwrite(w.slot(s.Slot), s.bytes(), s.Off)) },
	"write":  func(w *world, s step) (any, error) { return ret(unix.Write(w.slot(s.Slot), s.bytes())) },
	"pread": func(w *world, s step) (any, error) {
		buf := make([]byte, s.Len)
		n, err := unix.Pread(w.slot(s.Slot), buf, s.Off)
		return fmt.Sprintf("%x", sha256.Sum256(buf[:max(n, 0)])), err
	},
	"ftruncate": func(w *world, s step) (any, error) { return nil, unix.Ftruncate(w.slot(s.Slot), s.Len) },
	"truncate":  func(w *world, s step) (any, error) { return nil, unix.Truncate(w.path(s.A), s.Len) },
	"mkdir":     func(w *world, s step) (any, error) { return nil, unix.Mkdir(w.path(s.A), 0o700) },
	"rmdir":     func(w *world, s step) (any, error) { return nil, unix.Rmdir(w.path(s.A)) },
	"unlink":    func(w *world, s step) (any, error) { return nil, unix.Unlink(w.path(s.A)) },
	"rename": func(w *world, s step) (any, error) {
		return nil, unix.Renameat2(unix.AT_FDCWD, w.path(s.A), unix.AT_FDCWD, w.path(s.B), uint(s.Flags%4))
	},
	"link":    func(w *world, s step) (any, error) { return nil, unix.Link(w.path(s.A), w.path(s.B)) },
	"symlink": func(w *world, s step) (any, error) { return nil, unix.Symlink(filepath.Base(s.A), w.path(s.B)) },
	"readlink": func(w *world, s step) (any, error) {
		buf := make([]byte, 100)
		n, err := unix.Readlink(w.path(s.A), buf)
		return string(buf[:max(n, 0)]), err
	},
	"stat": func(w *world, s step) (any, error) {
		return statWith(func(st *unix.Stat_t) error { return unix.Stat(w.path(s.A), st) })
	},
	"lstat": func(w *world, s step) (any, error) {
		return statWith(func(st *unix.Stat_t) error { return unix.Lstat(w.path(s.A), st) })
	},
	"fstat": func(w *world, s step) (any, error) {
		return statWith(func(st *unix.Stat_t) error { return unix.Fstat(w.slot(s.Slot), st) })
	},
	"chmod":  func(w *world, s step) (any, error) { return nil, unix.Chmod(w.path(s.A), 0o600|uint32(s.Flags%8)) },
	"access": func(w *world, s step) (any, error) { return nil, unix.Access(w.path(s.A), uint32(s.Flags%8)) },
	"fsync":  func(w *world, s step) (any, error) { return nil, unix.Fsync(w.slot(s.Slot)) },
	"seek":   func(w *world, s step) (any, error) { return ret(unix.Seek(w.slot(s.Slot), s.Off, s.Flags%3)) },
	"fallocate": func(w *world, s step) (any, error) {
		modes := []uint32{0, unix.FALLOC_FL_KEEP_SIZE, unix.FALLOC_FL_KEEP_SIZE | unix.FALLOC_FL_PUNCH_HOLE}
		return nil, unix.Fallocate(w.slot(s.Slot), modes[s.Flags%3], s.Off, s.Len)
	},
	"copy": func(w *world, s step) (any, error) {
		off := s.Off
		return ret(unix.CopyFileRange(w.slot(s.Slot), &off, w.slot((s.Slot+1)%3), nil, int(s.Len), 0))
	},
	"readdir": func(w *world, s step) (any, error) {
		entries, err := os.ReadDir(w.path(s.A))
		var names []string
		for _, e := range entries {
			names = append(names, e.Name()+" "+e.Type().String())
		}
		return names, err
	},
	"mmap": func(w *world, s step) (any, error) {
		var st unix.Stat_t
		if err := unix.Fstat(w.slot(s.Slot), &st); err != nil || st.Size == 0 || st.Mode&unix.S_IFMT != unix.S_IFREG {
			return nil, err
		}
		mem, err := unix.Mmap(w.slot(s.Slot), 0, int(st.Size), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
		if err != nil {
			return nil, err
		}
		copy(mem[s.Off%st.Size:], s.bytes())
		sum := sha256.Sum256(mem)
		return sum, unix.Munmap(mem)
	},
}

func ret[T any](v T, err error) (any, error) { return v, err }

// bytes returns what a step writes.
func (s step) bytes() []byte {
	out := make([]byte, s.Len)
	for i := range out {
		out[i] = byte(s.Off) + byte(i%251) + 1
	}
	return out
}

// statWith returns what stat says that is the same on every file system.
func statWith(stat func(*unix.Stat_t) error) (any, error) {
	var st unix.Stat_t
	if err := stat(&st); err != nil {
		return nil, err
	}
	if st.Mode&unix.S_IFMT == unix.S_IFDIR {
		return fmt.Sprintf("%o", st.Mode), nil
	}
	return fmt.Sprintf("%o %d bytes %d links", st.Mode, st.Size, st.Nlink), nil
}

// outcome returns what a step did, as text.
func (w *world) outcome(s step) string {
	value, err := calls[s.Call](w, s)
	if err == nil {
		return fmt.Sprint(value)
	}
	return strings.ReplaceAll(err.Error(), w.dir, "")
}

// doDiffer takes the steps in both directories and returns the content of the
// second one. A difference is an error.
func doDiffer(o order) ([]string, error) {
	if err := os.Mkdir(o.Other, 0o755); err != nil {
		return nil, err
	}
	defer os.RemoveAll(o.Other)
	served, memory := &world{dir: filepath.Join(o.Dir, "w")}, &world{dir: filepath.Join(o.Other, "w")}
	if err := errors.Join(os.Mkdir(served.dir, 0o755), os.Mkdir(memory.dir, 0o755)); err != nil {
		return nil, err
	}
	defer func() {
		for i := range served.open {
			_, _ = served.close(i), memory.close(i)
		}
	}()
	for i, s := range o.Steps {
		if got, want := served.outcome(s), memory.outcome(s); got != want {
			return nil, fmt.Errorf("step %d, %+v: got %s, on tmpfs %s", i, s, got, want)
		}
	}
	got, err := treeOf(o.Dir)
	if err != nil {
		return nil, err
	}
	want, err := treeOf(o.Other)
	if err == nil && !slices.Equal(got, want) {
		err = fmt.Errorf("in the end got\n%s\non tmpfs\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	return want, err
}

func treeLine(name, kind string, content []byte) string {
	return fmt.Sprintf("%s %s %d %x", name, kind, len(content), sha256.Sum256(content))
}

// treeOf describes all that a directory holds.
func treeOf(dir string) (out []string, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		kind, content := "file", []byte(nil)
		switch d.Type() {
		case fs.ModeDir:
			kind = "directory"
		case fs.ModeSymlink:
			target, linkErr := os.Readlink(path)
			kind, content, err = "link", []byte(target), linkErr
		default:
			content, err = os.ReadFile(path)
		}
		out = append(out, treeLine(name, kind, content))
		return err
	})
	slices.Sort(out)
	return out, err
}

// imageTree describes what a disk holds, as treeOf does.
func imageTree(t *rapid.T, img *faultfs.Image) (out []string) {
	for _, f := range img.Files() {
		kind, content := "file", []byte(nil)
		switch {
		case f.IsDir:
			kind = "directory"
		case f.Target != "":
			kind, content = "link", []byte(f.Target)
		default:
			var err error
			if content, err = img.ReadFile(f.Path); err != nil {
				t.Fatal(err)
			}
		}
		out = append(out, treeLine(strings.TrimPrefix(f.Path, "/"), kind, content))
	}
	slices.Sort(out)
	return out
}

var (
	someNames = []string{"a", "b", "l", "d", "d/a", "d/b", "d/e", "d/e/a", "l/a", "."}
	someFlags = []int{
		unix.O_RDONLY, unix.O_RDWR, unix.O_RDWR | unix.O_CREAT, unix.O_RDWR | unix.O_CREAT,
		unix.O_RDWR | unix.O_CREAT | unix.O_EXCL, unix.O_RDWR | unix.O_TRUNC, unix.O_WRONLY | unix.O_APPEND,
		unix.O_RDWR | unix.O_CREAT | unix.O_APPEND, unix.O_RDWR | unix.O_CREAT | unix.O_DSYNC,
		unix.O_RDONLY | unix.O_DIRECTORY, unix.O_RDWR | unix.O_NOFOLLOW,
	}
)

// prologue makes something to work on.
var prologue = []step{
	{Call: "mkdir", A: "d"},
	{Call: "open", A: "a", Slot: 0, Flags: unix.O_RDWR | unix.O_CREAT},
	{Call: "open", A: "d/a", Slot: 1, Flags: unix.O_RDWR | unix.O_CREAT | unix.O_APPEND},
	{Call: "pwrite", Slot: 0, Off: 100, Len: 10_000},
	{Call: "write", Slot: 1, Len: 5000},
}

func someStep(t *rapid.T) step {
	var names []string
	for name := range calls {
		names = append(names, name)
	}
	slices.Sort(names)
	names = append(names, "open", "open", "open", "pwrite", "pwrite", "write", "mkdir") // more of what others need
	s := step{
		Call: rapid.SampledFrom(names).Draw(t, "call"),
		A:    rapid.SampledFrom(someNames).Draw(t, "a"),
		B:    rapid.SampledFrom(someNames).Draw(t, "b"),
		Slot: rapid.IntRange(0, 2).Draw(t, "slot"),
		Off:  int64(rapid.IntRange(0, 20_000).Draw(t, "off")),
		Len:  int64(rapid.IntRange(0, 20_000).Draw(t, "len")),
	}
	if s.Flags = rapid.IntRange(0, 7).Draw(t, "flags"); s.Call == "open" {
		s.Flags = rapid.SampledFrom(someFlags).Draw(t, "open flags")
	}
	return s
}

// TestLikeTmpfs: system calls return the same as on a memory-backed file system of
// the kernel, and leave the same on the disk.
func TestLikeTmpfs(t *testing.T) {
	p := start(t, fusefs.Options{})
	run := 0
	rapid.Check(t, func(t *rapid.T) {
		steps := append(slices.Clone(prologue), rapid.SliceOfN(rapid.Custom(someStep), 1, 100).Draw(t, "steps")...)
		disk := newDisk()
		name := p.server.Attach(disk)
		defer p.server.Detach(name)
		run++
		want, err := p.ask(order{
			Do: "differ", Dir: filepath.Join(p.box.DiskDir, name), Steps: steps,
			Other: filepath.Join(p.box.FilesDir, fmt.Sprint(run)),
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := imageTree(t, disk.Image()); !slices.Equal(got, want) {
			t.Fatalf("the disk holds\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}
