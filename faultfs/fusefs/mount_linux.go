package fusefs

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Mount opens the FUSE device, which no child inherits, and mounts it at dir. It
// needs the right to mount in the caller's mount namespace. Until somebody serves
// the device all that use the mount wait; when it is closed they get errors.
func Mount(dir string) (*os.File, error) {
	// Not by package os, which would make reads from it return at once.
	fd, err := unix.Open("/dev/fuse", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if errors.Is(err, unix.EACCES) {
		return nil, fmt.Errorf("open /dev/fuse: %w: let everybody use it, as most distributions do (chmod a+rw /dev/fuse)", err)
	}
	if err != nil {
		return nil, fmt.Errorf("open /dev/fuse: %w", err)
	}
	options := fmt.Sprintf("fd=%d,rootmode=40000,user_id=%d,group_id=%d", fd, os.Geteuid(), os.Getegid())
	if err := unix.Mount("ackproof", dir, "fuse.ackproof", unix.MS_NOSUID|unix.MS_NODEV, options); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("mount FUSE at %s: %w", dir, err)
	}
	return os.NewFile(uintptr(fd), "/dev/fuse"), nil
}
