//go:build linux

package fusefs_test

import (
	"fmt"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// hand does system calls in a directory until one fails.
type hand struct {
	dir string
	err error
}

func (h *hand) path(name string) string { return filepath.Join(h.dir, name) }

// must keeps the first error.
func (h *hand) must(what string, err error) {
	if err != nil && h.err == nil {
		h.err = fmt.Errorf("%s: %w", what, err)
	}
}

// refused wants one error.
func (h *hand) refused(what string, err error, want unix.Errno) {
	if err != want && h.err == nil {
		h.err = fmt.Errorf("%s: got %v, want %v", what, err, want)
	}
}

// want compares what a call returned.
func (h *hand) want(what string, got, want any) {
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w && h.err == nil {
		h.err = fmt.Errorf("%s: got %s, want %s", what, g, w)
	}
}

func (h *hand) open(name string, flags int) int {
	if h.err != nil {
		return -1
	}
	fd, err := unix.Open(h.path(name), flags|unix.O_CLOEXEC, 0o640)
	h.must("open "+name, err)
	return fd
}

// make makes a file with content, and no sync.
func (h *hand) make(name, content string) int {
	fd := h.open(name, unix.O_RDWR|unix.O_CREAT|unix.O_EXCL)
	if content != "" {
		h.pwrite(fd, content, 0)
	}
	return fd
}

func (h *hand) pwrite(fd int, text string, off int64) {
	n, err := unix.Pwrite(fd, []byte(text), off)
	h.must("pwrite", err)
	h.want("bytes written", n, len(text))
}

func (h *hand) write(fd int, text string) {
	n, err := unix.Write(fd, []byte(text))
	h.must("write", err)
	h.want("bytes written", n, len(text))
}

// reads wants the content of a file.
func (h *hand) reads(fd int, want string) {
	buf := make([]byte, len(want)+1)
	n, err := unix.Pread(fd, buf, 0)
	h.must("pread", err)
	h.want("content", fmt.Sprintf("%q", buf[:max(n, 0)]), fmt.Sprintf("%q", want))
}

func (h *hand) stat(name string) unix.Stat_t {
	var st unix.Stat_t
	h.must("lstat "+name, unix.Lstat(h.path(name), &st))
	return st
}

func (h *hand) close(fds ...int) {
	for _, fd := range fds {
		h.must("close", unix.Close(fd))
	}
}
