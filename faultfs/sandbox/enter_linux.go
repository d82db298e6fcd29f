package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/ackproof/ackproof/faultfs/fusefs"
)

// The memory-backed directory is bounded, so that an engine that fills its disk gets
// ENOSPC and not the machine's memory. An engine finds as much there as on a served
// disk at least: the rest is for what other images and temporary files take.
const (
	filesBytesMax = fusefs.SpaceBytes + 1<<30
	inodesMax     = 2 * fusefs.FilesMax
)

// Entering reports whether this process was started to enter a sandbox.
func Entering() bool { return os.Getenv(variable) != "" }

// Enter sets up the sandbox that this process was started for, and tells the
// process that started it. An error was told too; there is nothing to do but end.
func Enter() error {
	number, err := strconv.Atoi(os.Getenv(variable))
	if err != nil {
		return fmt.Errorf("%s: %w", variable, err)
	}
	if err := os.Unsetenv(variable); err != nil {
		return err
	}
	unix.CloseOnExec(number)
	socket := os.NewFile(uintptr(number), "sandbox")
	defer socket.Close()
	watch := os.Getenv(syncsVariable) != ""
	if err := os.Unsetenv(syncsVariable); err != nil {
		return err
	}
	said, files, err := enter()
	if err != nil {
		said.Error = err.Error()
	} else {
		files = append(files, said.catchSyncs(watch)...)
	}
	defer closeAll(files)
	return errors.Join(err, send(number, said, files))
}

func send(socket int, said setUp, files []*os.File) error {
	text, err := json.Marshal(said)
	if err != nil {
		return err
	}
	var numbers []int
	for _, f := range files {
		numbers = append(numbers, int(f.Fd()))
	}
	if err := unix.Sendmsg(socket, text, unix.UnixRights(numbers...), nil, 0); err != nil {
		return fmt.Errorf("sandbox: tell the process that started this one: %w", err)
	}
	return nil
}

// enter mounts what belongs to the sandbox and opens it.
func enter() (said setUp, files []*os.File, err error) {
	// What is mounted here must not show elsewhere.
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return said, nil, fmt.Errorf("make mounts private: %w", err)
	}
	base, err := emptyDir()
	if err != nil {
		return said, nil, err
	}
	said = setUp{
		DiskDir: filepath.Join(base, "disk"), FilesDir: filepath.Join(base, "files"), ReadOnlyDir: filepath.Join(base, "ro"),
		TempDir: filepath.Join(base, "tmp"),
	}
	if err := mountFiles(base, said); err != nil {
		return said, nil, err
	}
	device, err := fusefs.Mount(said.DiskDir)
	if err != nil {
		return said, nil, err
	}
	dir, err := os.Open(said.FilesDir)
	if err != nil {
		return said, []*os.File{device}, err
	}
	return said, []*os.File{device, dir}, nil
}

// catchSyncs returns where the calls that sync are answered, if that is wanted and can
// be had. Otherwise sync at least must not sync the machine, if that can be had.
func (s *setUp) catchSyncs(watch bool) []*os.File {
	if watch {
		listener, err := s.watchSyncs()
		if err == nil {
			return []*os.File{listener}
		}
		s.NoListener = err.Error()
	}
	_ = ignoreSync()
	return nil
}

func (s *setUp) watchSyncs() (*os.File, error) {
	mount, err := deviceOf(unix.AT_FDCWD, s.DiskDir)
	if err != nil {
		return nil, err
	}
	listener, err := listen()
	if err != nil {
		return nil, err
	}
	s.Major, s.Minor, s.Listens = mount.number.major, mount.number.minor, true
	return listener, nil
}

// mountFiles mounts the memory-backed directory, and a read-only view of it.
func mountFiles(base string, said setUp) error {
	options := fmt.Sprintf("size=%d,nr_inodes=%d,mode=0755", filesBytesMax, inodesMax)
	if err := unix.Mount("ackproof", base, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, options); err != nil {
		return fmt.Errorf("mount a tmpfs at %s: %w", base, err)
	}
	for _, dir := range []string{said.DiskDir, said.FilesDir, said.ReadOnlyDir, said.TempDir} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			return err
		}
	}
	if err := unix.Mount(said.FilesDir, said.ReadOnlyDir, "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("bind %s: %w", said.ReadOnlyDir, err)
	}
	const readOnly = unix.MS_REMOUNT | unix.MS_BIND | unix.MS_RDONLY | unix.MS_NOSUID | unix.MS_NODEV
	if err := unix.Mount("", said.ReadOnlyDir, "", readOnly, ""); err != nil {
		return fmt.Errorf("make %s read-only: %w", said.ReadOnlyDir, err)
	}
	// Temporary files go with the sandbox too.
	return os.Setenv("TMPDIR", said.TempDir)
}

// emptyDir returns a directory to mount over that is there on most systems and
// empty, so that nothing is hidden and nothing must be made and removed. The last
// one is the kernel's own mount point for what is not needed here.
func emptyDir() (string, error) {
	candidates := []string{"/mnt", "/media", "/srv", "/opt", "/sys/fs/fuse/connections"}
	for _, dir := range candidates[:len(candidates)-1] {
		if names, err := os.ReadDir(dir); err == nil && len(names) == 0 {
			return dir, nil
		}
	}
	last := candidates[len(candidates)-1]
	if info, err := os.Stat(last); err == nil && info.IsDir() {
		return last, nil
	}
	return "", fmt.Errorf("no directory to mount over: want one of %q, empty", candidates)
}

// Exec replaces this process by a program, which stays in the sandbox.
func Exec(argv []string) error {
	path := argv[0]
	if err := syscall.Exec(path, argv, os.Environ()); err != nil {
		return fmt.Errorf("start %s: %w", path, err)
	}
	return nil
}
