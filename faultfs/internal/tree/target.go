package tree

import (
	"strings"
	"syscall"
)

// targetBytesMax is the longest target of a symbolic link (PATH_MAX without its
// final zero; symlink(2)).
const targetBytesMax = 4095

// CheckTarget returns why there can be no symbolic link to target: ENOENT,
// ENAMETOOLONG, or EINVAL for a zero byte.
func CheckTarget(target string) error {
	switch {
	case target == "":
		return syscall.ENOENT
	case len(target) > targetBytesMax:
		return syscall.ENAMETOOLONG
	case strings.Contains(target, "\x00"):
		return syscall.EINVAL
	}
	return nil
}
