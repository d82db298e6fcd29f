//go:build linux

package sandbox_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// inside does what it is told, one command a line.
func inside() {
	in := bufio.NewScanner(os.Stdin)
	begun := make(chan any, 1)
	for in.Scan() {
		command, arg, _ := strings.Cut(in.Text(), " ")
		switch command {
		case "begin": // another command, which may take long
			command, arg, _ = strings.Cut(arg, " ")
			go func() { begun <- obey(command, arg) }()
			fmt.Println()
		case "end":
			fmt.Println(<-begun)
		default:
			fmt.Println(obey(command, arg))
		}
	}
}

func obey(command, arg string) any {
	switch command {
	case "write":
		return os.WriteFile(arg, []byte("inside"), 0o644)
	case "read":
		text, err := os.ReadFile(arg)
		return fmt.Sprintf("%q %v", text, err)
	case "temp":
		return os.TempDir()
	case "pid":
		return os.Getpid()
	case "child":
		return exec.Command("sleep", "1000").Start()
	case "descriptors":
		names, err := os.ReadDir("/proc/self/fd")
		var links []string
		for _, n := range names {
			to, _ := os.Readlink("/proc/self/fd/" + n.Name())
			links = append(links, to)
		}
		return fmt.Sprint(links, err)
	case "thread": // one of its own makes an fsync
		runtime.LockOSThread() // it cannot be this one
		defer runtime.UnlockOSThread()
		said := make(chan string)
		go func() {
			runtime.LockOSThread() // and ends with it
			said <- fmt.Sprint(unix.Gettid(), " ", syncOf("fsync", arg))
		}()
		return <-said
	case "store":
		return store(arg)
	case "threads":
		return threads(arg)
	case "repeat":
		return repeat(arg)
	}
	return syncOf(command, arg)
}

// syncOf writes to a file of a directory and makes a call that syncs, or is said to.
func syncOf(command, dir string) error {
	f, err := os.OpenFile(filepath.Join(dir, "a"), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	defer f.Close()
	fd := int(f.Fd())
	if command == "msync" {
		return msync(fd)
	}
	if _, err := f.WriteAt([]byte("hello"), 0); err != nil {
		return err
	}
	switch command {
	case "fsync":
		return unix.Fsync(fd)
	case "fdatasync":
		return unix.Fdatasync(fd)
	case "fsync-dir":
		d, err := os.Open(dir)
		if err != nil {
			return err
		}
		defer d.Close()
		return d.Sync()
	case "syncfs":
		return unix.Syncfs(fd)
	case "sync": // not to be run where nobody answers it
		unix.Sync()
		return nil
	case "sync_file_range":
		return unix.SyncFileRange(fd, 1, 3, unix.SYNC_FILE_RANGE_WRITE)
	case "sync_file_range-bad":
		return unix.SyncFileRange(fd, -1, 3, unix.SYNC_FILE_RANGE_WRITE)
	case "fsync-bad":
		return unix.Fsync(12345)
	case "syncfs-bad":
		return unix.Syncfs(12345)
	}
	return fmt.Errorf("unknown command %q", command)
}

func mapped(fd int) ([]byte, error) {
	if err := unix.Ftruncate(fd, 4096); err != nil {
		return nil, err
	}
	return unix.Mmap(fd, 0, 4096, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
}

func msync(fd int) error {
	mem, err := mapped(fd)
	if err != nil {
		return err
	}
	defer unix.Munmap(mem)
	copy(mem, "hello")
	if err := unix.Msync(mem, unix.MS_ASYNC); err != nil { // does nothing
		return err
	}
	return unix.Msync(mem, unix.MS_SYNC)
}

// store stores to a map of a file and leaves it to somebody else to write that.
func store(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	mem, err := mapped(int(f.Fd()))
	if err == nil {
		copy(mem, "stored")
	}
	return err // the map stays
}

// threads has many threads sync their own files, while the runtime interrupts them as
// it likes.
func threads(dir string) error {
	const threads, syncs = 16, 50
	errs := make([]error, threads)
	var group sync.WaitGroup
	for i := range threads {
		group.Go(func() {
			runtime.LockOSThread()
			f, err := os.Create(filepath.Join(dir, fmt.Sprint(i)))
			for range syncs {
				if err == nil {
					err = f.Sync()
				}
				runtime.GC()
			}
			errs[i] = err
		})
	}
	group.Wait()
	return fmt.Errorf("%v", errs)
}

// repeat makes a call "COUNT PATH" times.
func repeat(arg string) error {
	text, path, _ := strings.Cut(arg, " ")
	count, err := strconv.Atoi(text)
	if err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	for range count {
		if err := unix.Fdatasync(int(f.Fd())); err != nil {
			return err
		}
	}
	return nil
}
