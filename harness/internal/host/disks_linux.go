package host

import (
	"path"
	"strings"

	"golang.org/x/sys/unix"
)

// mountDisks mounts each of the directories, with colons between them, over itself in
// the workspace that has the engine's directory at dir, so that a rename to another disk
// is refused there as it was while recording. A disk that is served over FUSE refuses it
// by itself.
// Where nothing can be mounted, an engine in recovery meets one disk.
func mountDisks(dir, disks string) {
	var fs unix.Statfs_t
	if disks == "" || unix.Statfs(dir, &fs) != nil || fs.Type != unix.TMPFS_MAGIC {
		return
	}
	root := strings.TrimSuffix(dir, EngineDir)
	for disk := range strings.SplitSeq(disks, ":") {
		if at := root + disk; !isMounted(at) {
			_ = unix.Mount(at, at, "", unix.MS_BIND, "")
		}
	}
}

// isMounted reports whether something is mounted at a directory: workspaces go on with
// their mounts under new names. Where the kernel does not say, it is.
func isMounted(at string) bool {
	var above, here unix.Statx_t
	err := unix.Statx(unix.AT_FDCWD, path.Dir(at), 0, unix.STATX_MNT_ID, &above)
	if err == nil {
		err = unix.Statx(unix.AT_FDCWD, at, 0, unix.STATX_MNT_ID, &here)
	}
	return err != nil || here.Mask&unix.STATX_MNT_ID == 0 || above.Mnt_id != here.Mnt_id
}
