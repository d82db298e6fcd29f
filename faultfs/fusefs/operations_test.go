//go:build linux

package fusefs_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/ackproof/ackproof/faultfs/fusefs"
)

// operations are system calls, and what the journal of the disk says after them.
var operations = []struct {
	name string
	do   func(h *hand)
	want []string
}{
	{"create", func(h *hand) {
		fd := h.make("a", "")
		_, err := unix.Open(h.path("a"), unix.O_CREAT|unix.O_EXCL|unix.O_RDWR, 0o600)
		h.refused("O_EXCL", err, unix.EEXIST)
		h.close(fd)
	}, []string{"create /a -rw-r-----"}},
	{"pwrite and pread", func(h *hand) {
		fd := h.make("a", "hello")
		h.pwrite(fd, "HE", 0)
		h.pwrite(fd, "!", 7)
		h.reads(fd, "HEllo\x00\x00!")
		h.want("size", h.stat("a").Size, 8)
		h.close(fd)
	}, []string{"create /a -rw-r-----", `write /a "hello" at 0`, `write /a "HE" at 0`, `write /a "!" at 7`}},
	{"append", func(h *hand) {
		fd, other := h.make("a", "12"), h.open("a", unix.O_WRONLY|unix.O_APPEND)
		h.write(other, "34")
		h.pwrite(fd, "5", 4)
		h.write(other, "6")
		h.reads(fd, "123456")
		h.close(fd, other)
	}, []string{"create /a -rw-r-----", `write /a "12" at 0`, `write /a "34" at 2`, `write /a "5" at 4`, `write /a "6" at 5`}},
	{"truncate", func(h *hand) {
		fd := h.make("a", "hello")
		h.must("ftruncate", unix.Ftruncate(fd, 2))
		h.must("truncate", unix.Truncate(h.path("a"), 4))
		h.reads(fd, "he\x00\x00")
		h.close(fd, h.open("a", unix.O_WRONLY|unix.O_TRUNC))
		h.want("size", h.stat("a").Size, 0)
	}, []string{"create /a -rw-r-----", `write /a "hello" at 0`, "resize /a to 2", "resize /a to 4", "resize /a to 0"}},
	{"fallocate", func(h *hand) {
		fd := h.make("a", "")
		h.must("keep size", unix.Fallocate(fd, unix.FALLOC_FL_KEEP_SIZE, 0, 8192))
		h.want("size", h.stat("a").Size, 0)
		h.must("extend", unix.Fallocate(fd, 0, 0, 4096))
		h.want("size", h.stat("a").Size, 4096)
		h.close(fd)
	}, []string{"create /a -rw-r-----", "allocate /a 8192 bytes at 0", "allocate /a 4096 bytes at 0", "resize /a to 4096"}},
	{"punch and zero", func(h *hand) {
		fd := h.make("a", "123456")
		h.must("punch", unix.Fallocate(fd, unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_KEEP_SIZE, 1, 2))
		h.must("zero", unix.Fallocate(fd, unix.FALLOC_FL_ZERO_RANGE, 5, 3))
		h.reads(fd, "1\x00\x0045\x00\x00\x00")
		h.refused("collapse", unix.Fallocate(fd, unix.FALLOC_FL_COLLAPSE_RANGE, 0, 4096), unix.EOPNOTSUPP)
		h.close(fd)
	}, []string{
		"create /a -rw-r-----", `write /a "123456" at 0`, `write /a "\x00\x00" at 1`,
		`write /a "\x00" at 5`, "allocate /a 3 bytes at 5", "resize /a to 8",
	}},
	{"rename", func(h *hand) {
		h.close(h.make("a", "x"), h.make("b", ""))
		h.must("over", unix.Rename(h.path("a"), h.path("b")))
		h.close(h.make("a", ""))
		err := unix.Renameat2(unix.AT_FDCWD, h.path("a"), unix.AT_FDCWD, h.path("b"), unix.RENAME_NOREPLACE)
		h.refused("no replace", err, unix.EEXIST)
		err = unix.Renameat2(unix.AT_FDCWD, h.path("a"), unix.AT_FDCWD, h.path("c"), unix.RENAME_NOREPLACE)
		h.must("no replace", err)
	}, []string{
		"create /a -rw-r-----", `write /a "x" at 0`, "create /b -rw-r-----", "rename /a to /b",
		"create /a -rw-r-----", "rename /a to /c",
	}},
	{"exchange", func(h *hand) {
		h.close(h.make("a", "x"))
		h.must("mkdir", unix.Mkdir(h.path("d"), 0o700))
		h.must("exchange", unix.Renameat2(unix.AT_FDCWD, h.path("a"), unix.AT_FDCWD, h.path("d"), unix.RENAME_EXCHANGE))
		h.want("type", h.stat("a").Mode&unix.S_IFMT, unix.S_IFDIR)
		err := unix.Renameat2(unix.AT_FDCWD, h.path("a"), unix.AT_FDCWD, h.path("b"), unix.RENAME_EXCHANGE)
		h.refused("exchange", err, unix.ENOENT)
	}, []string{"create /a -rw-r-----", `write /a "x" at 0`, "mkdir /d", "exchange /a and /d"}},
	{"symlink", func(h *hand) {
		h.must("symlink", unix.Symlink("a", h.path("l")))
		buf := make([]byte, 10)
		n, err := unix.Readlink(h.path("l"), buf)
		h.must("readlink", err)
		h.want("target", string(buf[:n]), "a")
		fd := h.open("l", unix.O_RDWR|unix.O_CREAT)
		h.write(fd, "x")
		h.want("types", []uint32{h.stat("l").Mode & unix.S_IFMT, h.stat("a").Mode & unix.S_IFMT}, []uint32{unix.S_IFLNK, unix.S_IFREG})
		h.close(fd)
	}, []string{"symlink /l to a", "create /a -rw-r-----", `write /a "x" at 0`}},
	{"link and unlink", func(h *hand) {
		fd := h.make("a", "x")
		h.must("link", unix.Link(h.path("a"), h.path("b")))
		h.want("links", h.stat("b").Nlink, 2)
		h.must("unlink", unix.Unlink(h.path("a")))
		h.want("links", h.stat("b").Nlink, 1)
		h.must("unlink", unix.Unlink(h.path("b")))
		h.reads(fd, "x")
		h.pwrite(fd, "y", 1)
		h.reads(fd, "xy")
		h.close(fd)
	}, []string{
		"create /a -rw-r-----", `write /a "x" at 0`, "link /a to /b", "remove /a", "remove /b", `write /b "y" at 1`,
	}},
	{"directories", func(h *hand) {
		h.must("mkdir", unix.Mkdir(h.path("d"), 0o700))
		h.close(h.make("d/a", ""))
		h.refused("rmdir", unix.Rmdir(h.path("d")), unix.ENOTEMPTY)
		h.must("unlink", unix.Unlink(h.path("d/a")))
		h.must("rmdir", unix.Rmdir(h.path("d")))
	}, []string{"mkdir /d", "create /d/a -rw-r-----", "remove /d/a", "remove /d"}},
	{"readdir", func(h *hand) {
		var want []string
		h.must("mkdir", unix.Mkdir(h.path("d"), 0o700))
		for i := range 500 {
			name := fmt.Sprintf("%03d-%s", i, strings.Repeat("x", 200))
			h.must("mknod", unix.Mknod(h.path("d/"+name), unix.S_IFREG|0o600, 0))
			want = append(want, name)
		}
		names, err := os.ReadDir(h.path("d"))
		h.must("readdir", err)
		var got []string
		for _, n := range names {
			got = append(got, n.Name())
		}
		h.want("names", got, want)
		h.must("remove all", os.RemoveAll(h.path("d")))
	}, nil},
	{"sync", func(h *hand) {
		fd, dir := h.make("a", "x"), h.open(".", unix.O_RDONLY|unix.O_DIRECTORY)
		h.must("fdatasync", unix.Fdatasync(fd))
		h.must("fsync", unix.Fsync(fd))
		h.must("fsync of a directory", unix.Fsync(dir))
		h.must("fdatasync of a directory", unix.Fdatasync(dir))
		h.close(fd, dir)
	}, []string{"create /a -rw-r-----", `write /a "x" at 0`, "sync-data /a", "sync /a", "sync /", "sync-data /"}},
	{"O_SYNC", func(h *hand) {
		fd := h.open("a", unix.O_RDWR|unix.O_CREAT|unix.O_SYNC)
		h.pwrite(fd, "x", 0)
		h.pwrite(fd, "y", 1)
		h.close(fd)
	}, []string{"create /a -rw-r-----", `write /a "x" at 0`, "sync /a", `write /a "y" at 1`, "sync /a"}},
	{"O_DSYNC", func(h *hand) {
		fd := h.open("a", unix.O_RDWR|unix.O_CREAT|unix.O_DSYNC|unix.O_APPEND)
		h.write(fd, "x")
		h.write(fd, "y")
		h.close(fd)
	}, []string{"create /a -rw-r-----", `write /a "x" at 0`, "sync-data /a", `write /a "y" at 1`, "sync-data /a"}},
	{"O_DIRECT and O_DSYNC", func(h *hand) {
		fd := h.open("a", unix.O_RDWR|unix.O_CREAT|unix.O_DSYNC|unix.O_DIRECT)
		page, err := unix.Mmap(-1, 0, 4096, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
		h.must("mmap", err)
		_, err = unix.Pwrite(fd, page, 4096)
		h.must("pwrite", err)
		h.want("size", h.stat("a").Size, 8192)
		h.close(fd)
	}, []string{"create /a -rw-r-----", "write /a 4096 bytes at 4096", "sync-data /a"}},
	{"RWF_DSYNC", func(h *hand) {
		fd := h.make("a", "")
		_, err := unix.Pwritev2(fd, [][]byte{[]byte("x"), []byte("y")}, 0, unix.RWF_DSYNC)
		h.must("pwritev2", err)
		h.close(fd)
	}, []string{"create /a -rw-r-----", `write /a "xy" at 0`, "sync-data /a"}},
	{"O_TMPFILE", func(h *hand) {
		fd := h.open(".", unix.O_RDWR|unix.O_TMPFILE)
		h.pwrite(fd, "x", 0)
		h.must("linkat", unix.Linkat(unix.AT_FDCWD, fmt.Sprintf("/proc/self/fd/%d", fd), unix.AT_FDCWD, h.path("a"), unix.AT_SYMLINK_FOLLOW))
		h.want("links", h.stat("a").Nlink, 1)
		h.close(fd)
		fd = h.open("a", unix.O_RDONLY)
		h.reads(fd, "x")
		h.close(fd)
	}, nil},
	{"attributes", func(h *hand) {
		fd := h.make("a", strings.Repeat("x", 5000))
		h.must("chmod", unix.Chmod(h.path("a"), 0o400))
		h.must("chown", unix.Chown(h.path("a"), 0, 0))
		h.must("utimens", unix.UtimesNanoAt(unix.AT_FDCWD, h.path("a"), []unix.Timespec{{Sec: 7}, {Sec: 7}}, 0))
		h.must("access", unix.Access(h.path("a"), unix.R_OK))
		h.refused("access", unix.Access(h.path("a"), unix.X_OK), unix.EACCES)
		st := h.stat("a")
		h.want("attributes", []any{st.Mode, st.Size, st.Blocks, st.Blksize}, []any{unix.S_IFREG | 0o400, 5000, 16, 4096})
		h.want("one inode number", st.Ino == h.stat("a").Ino && st.Ino != h.stat(".").Ino, true)
		h.close(fd)
	}, []string{
		"create /a -rw-r-----", "write /a 5000 bytes at 0",
		"chmod /a -r--------",
	}},
	{"statfs", func(h *hand) {
		var st unix.Statfs_t
		h.must("statfs", unix.Statfs(h.dir, &st))
		h.want("space and files", []int64{int64(st.Bavail) * st.Bsize, int64(st.Ffree)}, []int64{fusefs.SpaceBytes, fusefs.FilesMax})
		fd := h.make("a", strings.Repeat("x", 8192))
		h.must("fstatfs", unix.Fstatfs(fd, &st))
		h.want("space", int64(st.Bavail)*st.Bsize, int64(fusefs.SpaceBytes-8192))
		h.refused("fallocate", unix.Fallocate(fd, unix.FALLOC_FL_KEEP_SIZE, 0, fusefs.SpaceBytes), unix.ENOSPC)
		h.close(fd)
	}, []string{"create /a -rw-r-----", "write /a 8192 bytes at 0"}},
	{"what falls back", func(h *hand) {
		from, to := h.make("a", "hello"), h.make("b", "")
		n, err := unix.CopyFileRange(from, nil, to, nil, 5, 0)
		h.must("copy_file_range", err)
		h.want("bytes copied", n, 5)
		data, err := unix.Seek(from, 0, unix.SEEK_DATA)
		h.must("SEEK_DATA", err)
		hole, err := unix.Seek(from, 0, unix.SEEK_HOLE)
		h.must("SEEK_HOLE", err)
		h.want("data and hole", []int64{data, hole}, []int64{0, 5})
		_, err = unix.Getxattr(h.path("a"), "user.x", nil)
		h.refused("getxattr", err, unix.EOPNOTSUPP)
		h.refused("mkfifo", unix.Mkfifo(h.path("fifo"), 0o600), unix.EPERM)
		h.close(from, to)
	}, []string{"create /a -rw-r-----", `write /a "hello" at 0`, "create /b -rw-r-----", `write /b "hello" at 0`}},
	{"long writes", func(h *hand) {
		fd := h.make("a", "")
		h.write(fd, strings.Repeat("x", 3<<20))
		h.close(fd)
	}, []string{
		"create /a -rw-r-----", "write /a 1048576 bytes at 0", "write /a 1048576 bytes at 1048576",
		"write /a 1048576 bytes at 2097152",
	}},
	{"a write that is split", func(h *hand) {
		fd := h.make("a", "")
		h.pwrite(fd, strings.Repeat("x", 4096), 100)
		h.close(fd)
	}, []string{"create /a -rw-r-----", "write /a 3996 bytes at 100", "write /a 100 bytes at 4096"}},
	{"between disks", func(h *hand) {
		h.close(h.make("a", ""))
		h.must("mkdir", unix.Mkdir(h.path("d"), 0o700))
		h.refused("in the mount's root", unix.Mkdir(h.path("../x"), 0o700), unix.EROFS)
		h.refused("to the mount's root", unix.Rename(h.path("a"), h.path("../x")), unix.EXDEV)
		h.refused("to the mount's root", unix.Link(h.path("a"), h.path("../x")), unix.EXDEV)
	}, []string{"create /a -rw-r-----", "mkdir /d"}},
}

func doOperation(o order) ([]string, error) {
	h := &hand{dir: o.Dir}
	operations[o.Index].do(h)
	return nil, h.err
}

func TestOperations(t *testing.T) {
	p := start(t, fusefs.Options{})
	for i, op := range operations {
		t.Run(op.name, func(t *testing.T) {
			disk := newDisk()
			name, dir := p.attach(disk)
			defer p.server.Detach(name)
			p.do(t, order{Do: "operation", Dir: dir, Index: i})
			if got := eventLines(disk); op.want != nil && !slices.Equal(got, op.want) {
				t.Errorf("got the events\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(op.want, "\n"))
			}
		})
	}
}
