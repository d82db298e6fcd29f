//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package boltstore

import (
	"fmt"
	"os"
	"syscall"
)

// lock takes the lock on dir without waiting, or fails with [ErrLocked]. It lasts
// until unlock or the end of the process.
func lock(dir *os.File) (unlock func() error, err error) {
	fd := int(dir.Fd())
	switch err := syscall.Flock(fd, syscall.LOCK_EX|syscall.LOCK_NB); err {
	case nil:
		return func() error { return syscall.Flock(fd, syscall.LOCK_UN) }, nil
	case syscall.EWOULDBLOCK:
		return nil, fmt.Errorf("%w: another holds the lock on %s", ErrLocked, dir.Name())
	default:
		return nil, fmt.Errorf("lock %s: %w", dir.Name(), err)
	}
}
