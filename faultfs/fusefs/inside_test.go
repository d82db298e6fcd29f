//go:build linux

package fusefs_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/ackproof/ackproof/faultfs/fusefs"
)

// commands are what a process that uses the mount can be told.
var commands = map[string]func(order) ([]string, error){
	"operation": doOperation,
	"fail":      doFail,
	"fail each": doFailEach,
	"stuck":     doStuck,
	"differ":    doDiffer,
	"tree":      func(o order) ([]string, error) { return treeOf(o.Dir) },

	"map":    doMap,
	"store":  func(o order) ([]string, error) { copy(held.mem[o.Index:], o.Text); return nil, nil },
	"load":   doLoad,
	"msync":  func(order) ([]string, error) { return nil, unix.Msync(held.mem, unix.MS_SYNC) },
	"munmap": func(order) ([]string, error) { return nil, unix.Munmap(held.mem) },
	"exit":   func(order) ([]string, error) { os.Exit(0); return nil, nil },

	"flock": doFlock,
	"setlk": doSetLock,

	"helper":      doHelper,
	"helper kill": func(order) ([]string, error) { held.helper.kill(); return nil, nil },
	"ask helper":  func(o order) ([]string, error) { return held.helper.ask(*o.Helper) },

	"begin writes": doBeginWrites,
	"end writes":   doEndWrites,

	"use":        doUse,
	"read kept":  doReadKept,
	"close kept": doCloseKept,
	"list":       doList,
	"mount":      doMount,

	"pairs":   doPairs,
	"renames": doRenames,
}

// held is what a process keeps between orders.
var held struct {
	mem    []byte
	files  []int
	helper *process
	writes sync.WaitGroup
	mu     sync.Mutex // guards ends
	ends   []string
}

// doMap maps a new file of two pages, and keeps it open if Text says so.
func doMap(o order) ([]string, error) {
	h := &hand{dir: o.Dir}
	fd := h.make("a", "")
	h.must("ftruncate", unix.Ftruncate(fd, 8192))
	if h.err != nil {
		return nil, h.err
	}
	var err error
	held.mem, err = unix.Mmap(fd, 0, 8192, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	h.must("mmap", err)
	if o.Text != "open" {
		h.close(fd)
	}
	return nil, h.err
}

// doLoad reads through the mapping. That a page cannot be read is an error.
func doLoad(order) (out []string, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if recover() != nil {
			err = errors.New("SIGBUS")
		}
	}()
	return []string{string(held.mem[:5])}, nil
}

func doFlock(o order) ([]string, error) {
	h := &hand{dir: o.Dir}
	fd := h.open("lock", unix.O_RDWR|unix.O_CREAT)
	h.must("flock", unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB))
	return nil, h.err
}

func doSetLock(o order) ([]string, error) {
	h := &hand{dir: o.Dir}
	fd := h.open("lock", unix.O_RDWR|unix.O_CREAT)
	h.must("fcntl", unix.FcntlFlock(uintptr(fd), unix.F_SETLK, &unix.Flock_t{Type: unix.F_WRLCK}))
	return nil, h.err
}

// doHelper starts a further process, which sees the mount too.
func doHelper(order) ([]string, error) {
	var err error
	if held.helper, err = newProcess(helperVariable + "=1"); err != nil {
		return nil, err
	}
	return nil, held.helper.cmd.Start()
}

// doBeginWrites starts threads that each write numbers to a file of their own until
// an error, and waits until each has written one.
func doBeginWrites(o order) ([]string, error) {
	h := &hand{dir: o.Dir}
	var began sync.WaitGroup
	for i := range o.Index {
		fd := h.make(fmt.Sprint(i), "")
		if h.err != nil {
			return nil, h.err
		}
		began.Add(1)
		held.writes.Go(func() { writeNumbers(fd, began.Done) })
	}
	began.Wait()
	return nil, h.err
}

func writeNumbers(fd int, began func()) {
	for n := uint64(0); ; n++ {
		_, err := unix.Pwrite(fd, binary.BigEndian.AppendUint64(nil, n), int64(n)*8)
		if err == nil {
			err = unix.Fdatasync(fd)
		}
		if n == 0 {
			began()
		}
		if err != nil {
			held.mu.Lock()
			held.ends = append(held.ends, err.Error())
			held.mu.Unlock()
			return
		}
	}
}

// doEndWrites returns the errors that ended the writing.
func doEndWrites(order) ([]string, error) {
	held.writes.Wait()
	return held.ends, nil
}

// doUse makes a directory with files, and keeps one open if Text says so.
func doUse(o order) ([]string, error) {
	h := &hand{dir: o.Dir}
	h.must("mkdir", unix.Mkdir(h.path("d"), 0o700))
	for i := range 5 {
		fd := h.make(fmt.Sprintf("d/%d", i), "hello")
		h.must("fsync", unix.Fsync(fd))
		if i == 0 && o.Text == "keep" {
			held.files = append(held.files, fd)
			continue
		}
		h.close(fd)
	}
	return nil, h.err
}

// doReadKept returns the errors of reading what is still open.
func doReadKept(order) (out []string, err error) {
	var buf [5]byte
	for _, fd := range held.files {
		_, err := unix.Pread(fd, buf[:], 0)
		out = append(out, fmt.Sprint(err))
	}
	return out, nil
}

func doCloseKept(order) ([]string, error) {
	for _, fd := range held.files {
		_ = unix.Close(fd)
	}
	held.files = nil
	return nil, nil
}

func doList(o order) (out []string, err error) {
	names, err := os.ReadDir(o.Dir)
	for _, n := range names {
		out = append(out, n.Name())
	}
	return out, err
}

// doMount mounts a second device and closes it.
func doMount(o order) ([]string, error) {
	h := &hand{dir: o.Dir}
	h.must("mkdir", unix.Mkdir(h.path("second"), 0o700))
	device, err := fusefs.Mount(h.path("second"))
	if err != nil {
		return nil, err
	}
	flags, err := unix.FcntlInt(device.Fd(), unix.F_GETFD, 0)
	h.must("fcntl", err)
	h.want("close on exec", flags&unix.FD_CLOEXEC, unix.FD_CLOEXEC)
	h.must("close", device.Close())
	_, err = unix.Open(h.path("second/a"), unix.O_RDONLY, 0)
	h.refused("use of a mount that nobody serves", err, unix.ENOTCONN)
	if _, err := fusefs.Mount(h.path("missing")); !errors.Is(err, os.ErrNotExist) {
		h.must("mount", fmt.Errorf("got %v, want that the directory is not there", err))
	}
	return nil, h.err
}

func doPairs(o order) ([]string, error) {
	h := &hand{dir: o.Dir}
	fd := h.make("pairs", "")
	page := make([]byte, 4096)
	for i := 0; i < o.Index && h.err == nil; i++ {
		_, err := unix.Pwrite(fd, page, int64(i%256)*4096)
		h.must("pwrite", err)
		h.must("fdatasync", unix.Fdatasync(fd))
	}
	h.close(fd)
	h.must("unlink", unix.Unlink(h.path("pairs")))
	return nil, h.err
}

func doRenames(o order) ([]string, error) {
	h := &hand{dir: o.Dir}
	for i := 0; i < o.Index && h.err == nil; i++ {
		h.close(h.make("a", ""))
		h.must("rename", unix.Rename(h.path("a"), h.path("b")))
		h.must("unlink", unix.Unlink(h.path("b")))
	}
	return nil, h.err
}
