//go:build linux

package faultfs_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/spf13/afero"
	"golang.org/x/sys/unix"
	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/internal/inodes"
	"github.com/ackproof/ackproof/faultfs/journal"
)

// top is the directory that names are in, so that a symbolic link that leads
// upwards stays within the test's own.
const top = "up/top"

// twins are a Disk and a real directory that get the same calls.
type twins struct {
	disk  *faultfs.Disk
	real  afero.Fs
	root  string
	files []twinFile
}

type twinFile struct {
	name       string
	disk, real afero.File
}

// TestDiskBehavesAsLinux makes the same random calls on a Disk and on a
// directory of the operating system, and wants the same results.
func TestDiskBehavesAsLinux(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		root, err := os.MkdirTemp("", "faultfs")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = os.RemoveAll(root) }()
		w := &twins{
			disk: faultfs.NewDisk(faultfs.Config{}),
			real: afero.NewBasePathFs(afero.NewOsFs(), root),
			root: root,
		}
		defer w.closeAll()
		if err := errors.Join(w.disk.MkdirAll(top, 0o755), w.real.MkdirAll(top, 0o755)); err != nil {
			t.Fatal(err)
		}
		t.Repeat(map[string]func(*rapid.T){
			"":     w.compareTrees,
			"open": w.open, "write": w.write, "writeAt": w.writeAt, "read": w.read, "readAt": w.readAt,
			"seek": w.seek, "truncate": w.truncate, "close": w.close, "sync": w.sync, "statFile": w.statFile,
			"listFile": w.listFile, "list": w.list, "mkdir": w.mkdir, "mkdirAll": w.mkdirAll,
			"remove": w.remove, "removeAll": w.removeAll, "rename": w.rename, "link": w.link,
			"stat": w.stat, "chmod": w.chmod, "symlink": w.symlink, "readlink": w.readlink, "lstat": w.lstat,
			"renameFlags": w.renameFlags,
		})
	})
}

func (w *twins) closeAll() {
	for _, f := range w.files {
		_ = f.real.Close()
	}
}

// same fails unless both errors are of one kind.
func same(t *rapid.T, call string, disk, real error) {
	t.Helper()
	if got, want := kind(disk), kind(real); got != want {
		t.Fatalf("%s: disk says %q (%v), the system %q (%v)", call, got, disk, want, real)
	}
}

// kind is what a program can ask an error for.
func kind(err error) string {
	var errno syscall.Errno
	switch {
	case err == nil:
		return "ok"
	case errors.Is(err, io.EOF):
		return "EOF"
	case errors.Is(err, fs.ErrClosed), strings.HasSuffix(err.Error(), "use of closed file"):
		return "closed" // Readdir of a closed os.File has the text only
	case errors.As(err, &errno):
		return errno.Error()
	}
	return "error"
}

func drawName(t *rapid.T, label string) string {
	parts := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 1, 3).Draw(t, label)
	return top + "/" + strings.Join(parts, "/")
}

func drawPerm(t *rapid.T) fs.FileMode {
	return rapid.SampledFrom([]fs.FileMode{0o644, 0o600, 0o755, 0o700}).Draw(t, "perm")
}

func drawBytes(t *rapid.T) []byte {
	n := rapid.SampledFrom([]int{0, 1, 100, 511, 512, 4095, 4096, 5000, 70000}).Draw(t, "len")
	return bytes.Repeat([]byte{rapid.Byte().Draw(t, "byte")}, n)
}

func drawOffset(t *rapid.T, label string) int64 {
	return rapid.SampledFrom([]int64{-5, -1, 0, 1, 500, 4096, 5000, 66000, 140000}).Draw(t, label)
}

// file picks an open or closed file, or skips.
func (w *twins) file(t *rapid.T) twinFile {
	if len(w.files) == 0 {
		t.Skip("no file is open")
	}
	return rapid.SampledFrom(w.files).Draw(t, "file")
}

func (w *twins) open(t *rapid.T) {
	name, perm := drawName(t, "name"), drawPerm(t)
	flag := rapid.SampledFrom([]int{os.O_RDONLY, os.O_WRONLY, os.O_RDWR, os.O_RDWR}).Draw(t, "access")
	for _, more := range []int{os.O_APPEND, os.O_CREATE, os.O_EXCL, os.O_TRUNC, os.O_SYNC} {
		if rapid.Bool().Draw(t, "flag") {
			flag |= more
		}
	}
	if flag&(os.O_EXCL|os.O_CREATE) == os.O_EXCL {
		flag &^= os.O_EXCL // undefined without O_CREAT
	}
	disk, diskErr := w.disk.OpenFile(name, flag, perm)
	real, realErr := w.real.OpenFile(name, flag&^os.O_SYNC, perm) // it would only cost time
	same(t, "open", diskErr, realErr)
	if diskErr == nil {
		w.files = append(w.files, twinFile{name, disk, real})
	}
}

func (w *twins) write(t *rapid.T) {
	f, p := w.file(t), drawBytes(t)
	n, diskErr := f.disk.Write(p)
	m, realErr := f.real.Write(p)
	same(t, "write", diskErr, realErr)
	if n != m {
		t.Fatalf("write: got %d, want %d", n, m)
	}
}

func (w *twins) writeAt(t *rapid.T) {
	f, p, off := w.file(t), drawBytes(t), drawOffset(t, "off")
	n, diskErr := f.disk.WriteAt(p, off)
	m, realErr := f.real.WriteAt(p, off)
	same(t, "writeAt", diskErr, realErr)
	if n != m {
		t.Fatalf("writeAt: got %d, want %d", n, m)
	}
}

func (w *twins) read(t *rapid.T) {
	f := w.file(t)
	p := make([]byte, rapid.IntRange(0, 6000).Draw(t, "len"))
	q := slices.Clone(p)
	n, diskErr := f.disk.Read(p)
	m, realErr := f.real.Read(q)
	if errors.Is(realErr, syscall.EINVAL) {
		realErr = syscall.EISDIR // from a directory at an offset near 2^63, its end on ext4
	}
	same(t, "read", diskErr, realErr)
	if n != m || !bytes.Equal(p, q) {
		t.Fatalf("read: got %d bytes, want %d, or they differ", n, m)
	}
}

func (w *twins) readAt(t *rapid.T) {
	f, off := w.file(t), drawOffset(t, "off")
	p := make([]byte, rapid.IntRange(0, 6000).Draw(t, "len"))
	q := slices.Clone(p)
	n, diskErr := f.disk.ReadAt(p, off)
	m, realErr := f.real.ReadAt(q, off)
	same(t, "readAt", diskErr, realErr)
	if n != m || !bytes.Equal(p, q) {
		t.Fatalf("readAt: got %d bytes, want %d, or they differ", n, m)
	}
}

// seek leaves directories alone but for rewinding: their offsets mean nothing.
func (w *twins) seek(t *rapid.T) {
	f, off := w.file(t), drawOffset(t, "off")
	whence := rapid.IntRange(0, 2).Draw(t, "whence")
	if info, err := f.real.Stat(); err == nil && info.IsDir() {
		off, whence = 0, io.SeekStart
	}
	n, diskErr := f.disk.Seek(off, whence)
	m, realErr := f.real.Seek(off, whence)
	same(t, "seek", diskErr, realErr)
	if n != m {
		t.Fatalf("seek: got %d, want %d", n, m)
	}
}

func (w *twins) truncate(t *rapid.T) {
	f, size := w.file(t), drawOffset(t, "size")
	same(t, "truncate", f.disk.Truncate(size), f.real.Truncate(size))
}

func (w *twins) close(t *rapid.T) {
	f := w.file(t)
	same(t, "close", f.disk.Close(), f.real.Close())
}

func (w *twins) sync(t *rapid.T) {
	f := w.file(t)
	// The real sync would only cost time.
	if kind(f.disk.Sync()) == "closed" {
		_, err := f.real.Stat()
		same(t, "sync", fs.ErrClosed, err)
	}
}

func (w *twins) statFile(t *rapid.T) {
	f := w.file(t)
	disk, diskErr := f.disk.Stat()
	real, realErr := f.real.Stat()
	same(t, "stat", diskErr, realErr)
	sameInfo(t, f.name, disk, real)
}

func sameInfo(t *rapid.T, name string, disk, real fs.FileInfo) {
	t.Helper()
	if (disk == nil) != (real == nil) {
		t.Fatalf("%s: got info %v, want %v", name, disk, real)
	}
	if disk == nil {
		return
	}
	sizes := disk.IsDir() || disk.Size() == real.Size()
	if disk.Mode() != real.Mode() || disk.Name() != real.Name() || disk.IsDir() != real.IsDir() || !sizes {
		t.Fatalf("%s: got %s %v %d, want %s %v %d", name,
			disk.Name(), disk.Mode(), disk.Size(), real.Name(), real.Mode(), real.Size())
	}
}

// listFile lists a handle that may be a file, closed, or a directory that was
// removed.
func (w *twins) listFile(t *rapid.T) {
	f := w.file(t)
	_, _ = f.disk.Seek(0, io.SeekStart)
	_, _ = f.real.Seek(0, io.SeekStart)
	disk, diskErr := f.disk.Readdirnames(-1)
	real, realErr := f.real.Readdirnames(-1)
	same(t, "readdirnames", diskErr, realErr)
	slices.Sort(real)
	if !slices.Equal(disk, real) {
		t.Fatalf("readdirnames: got %q, want %q", disk, real)
	}
}

// list reads a directory in portions.
func (w *twins) list(t *rapid.T) {
	name := rapid.SampledFrom([]string{".", top, top + "/a", top + "/b", top + "/a/b"}).Draw(t, "dir")
	disk, diskErr := w.disk.Open(name)
	real, realErr := w.real.Open(name)
	same(t, "open", diskErr, realErr)
	if diskErr != nil {
		return
	}
	defer func() { _, _ = disk.Close(), real.Close() }()
	var got, want []string
	for range 4 {
		count := rapid.IntRange(-1, 3).Draw(t, "count")
		p, diskErr := disk.Readdir(count)
		q, realErr := real.Readdir(count)
		same(t, "readdir", diskErr, realErr)
		if len(p) != len(q) {
			t.Fatalf("readdir(%d): got %d entries, want %d", count, len(p), len(q))
		}
		for i := range p {
			got, want = append(got, p[i].Name()), append(want, q[i].Name())
		}
	}
	if len(got) == len(want) && len(got) > 0 {
		all, _ := afero.ReadDir(w.real, name)
		slices.Sort(want)
		if len(all) == len(want) && !slices.Equal(got, want) {
			t.Fatalf("readdir: got %q, want %q", got, want)
		}
	}
}

func (w *twins) mkdir(t *rapid.T) {
	name, perm := drawName(t, "name"), drawPerm(t)
	same(t, "mkdir", w.disk.Mkdir(name, perm), w.real.Mkdir(name, perm))
}

func (w *twins) mkdirAll(t *rapid.T) {
	name, perm := drawName(t, "name"), drawPerm(t)
	same(t, "mkdirAll", w.disk.MkdirAll(name, perm), w.real.MkdirAll(name, perm))
}

func (w *twins) remove(t *rapid.T) {
	name := drawName(t, "name")
	same(t, "remove", w.disk.Remove(name), w.real.Remove(name))
}

func (w *twins) removeAll(t *rapid.T) {
	name := drawName(t, "name")
	same(t, "removeAll", w.disk.RemoveAll(name), w.real.RemoveAll(name))
}

func (w *twins) rename(t *rapid.T) {
	from, to := drawName(t, "from"), drawName(t, "to")
	same(t, "rename "+from+" "+to, w.disk.Rename(from, to), w.real.Rename(from, to))
}

func (w *twins) link(t *rapid.T) {
	from, to := drawName(t, "from"), drawName(t, "to")
	real := os.Link(filepath.Join(w.root, from), filepath.Join(w.root, to))
	same(t, "link "+from+" "+to, w.disk.Link(from, to), real)
}

// symlink draws targets that lead nowhere, in circles, and up.
func (w *twins) symlink(t *rapid.T) {
	name := drawName(t, "name")
	target := rapid.SampledFrom([]string{"a", "b", "a/b", "./c", "../a", "../b", "../top/c", "b/", "", "a//../b", strings.Repeat("x/", 2048)}).Draw(t, "target")
	real := os.Symlink(target, filepath.Join(w.root, name))
	same(t, "symlink "+target+" "+name, w.disk.SymlinkIfPossible(target, name), real)
}

func (w *twins) readlink(t *rapid.T) {
	name := drawName(t, "name")
	disk, diskErr := w.disk.ReadlinkIfPossible(name)
	real, realErr := w.real.(afero.LinkReader).ReadlinkIfPossible(name)
	same(t, "readlink "+name, diskErr, realErr)
	if disk != real {
		t.Fatalf("readlink %s: got %q, want %q", name, disk, real)
	}
}

func (w *twins) lstat(t *rapid.T) {
	name := drawName(t, "name")
	disk, _, diskErr := w.disk.LstatIfPossible(name)
	real, realErr := os.Lstat(filepath.Join(w.root, name))
	same(t, "lstat "+name, diskErr, realErr)
	sameInfo(t, name, disk, real)
}

// renameFlags renames by inode on the disk, whose directories are found as a
// kernel finds them, and by renameat2 in the directory.
func (w *twins) renameFlags(t *rapid.T) {
	from, to := drawName(t, "from"), drawName(t, "to")
	mode := rapid.SampledFrom([]inodes.RenameMode{inodes.RenameOver, inodes.RenameNoReplace, inodes.RenameExchange}).Draw(t, "mode")
	disk, real := w.renameBoth(from, to, mode)
	same(t, "renameat2 "+from+" "+to, disk, real)
}

func (w *twins) renameBoth(from, to string, mode inodes.RenameMode) (disk, real error) {
	flags := map[inodes.RenameMode]uint{inodes.RenameNoReplace: unix.RENAME_NOREPLACE, inodes.RenameExchange: unix.RENAME_EXCHANGE}
	real = unix.Renameat2(unix.AT_FDCWD, filepath.Join(w.root, from), unix.AT_FDCWD, filepath.Join(w.root, to), flags[mode])
	return w.rename2(from, to, mode), real
}

func (w *twins) rename2(from, to string, mode inodes.RenameMode) error {
	dir, err := w.dirOf(from)
	if err != nil {
		return err
	}
	toDir, err := w.dirOf(to)
	if err != nil {
		return err
	}
	return w.disk.Inodes().Rename(dir, filepath.Base(from), toDir, filepath.Base(to), mode)
}

// dirOf returns the directory that name is in. A kernel looks for the first path's
// before it looks for the second's, and both must be directories.
func (w *twins) dirOf(name string) (journal.Ino, error) {
	info, err := w.disk.Stat(filepath.Dir(name))
	if err == nil && !info.IsDir() {
		err = syscall.ENOTDIR
	}
	if err != nil {
		return 0, err
	}
	return info.Sys().(journal.Ino), nil
}

func (w *twins) stat(t *rapid.T) {
	name := drawName(t, "name")
	disk, diskErr := w.disk.Stat(name)
	real, realErr := w.real.Stat(name)
	same(t, "stat", diskErr, realErr)
	sameInfo(t, name, disk, real)
}

func (w *twins) chmod(t *rapid.T) {
	name, perm := drawName(t, "name"), drawPerm(t)
	same(t, "chmod", w.disk.Chmod(name, perm), w.real.Chmod(name, perm))
}

// compareTrees wants the same names and bytes on both sides.
func (w *twins) compareTrees(t *rapid.T) {
	disk, real := dump(t, w.disk), dump(t, w.real)
	if !slices.Equal(disk, real) {
		t.Fatalf("the disk holds\n%s\nthe directory\n%s", strings.Join(disk, "\n"), strings.Join(real, "\n"))
	}
}

// dump lists a file system: names, modes, and a digest of the bytes.
func dump(t *rapid.T, fsys afero.Fs) []string {
	var out []string
	err := afero.Walk(fsys, ".", func(path string, info fs.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			out = append(out, path)
			return err
		}
		if info.Mode()&fs.ModeSymlink != 0 {
			target, err := fsys.(afero.LinkReader).ReadlinkIfPossible(path)
			out = append(out, path+" -> "+target)
			return err
		}
		data, err := afero.ReadFile(fsys, path)
		out = append(out, path+" "+info.Mode().String()+" "+fmt.Sprintf("%q", data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
