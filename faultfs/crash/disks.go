package crash

import (
	"errors"
	"path"
	"slices"
	"strings"
)

const (
	disksKnob      = "disks"
	disksSeparator = ":"
)

var errDisks = errors.New("want directories other than the root, such as wal:raft/meta")

// DiskDirs returns the directories at which other disks are mounted. The slice is the
// caller's.
func (p Profile) DiskDirs() []string {
	if p.Disks == "" {
		return nil
	}
	return strings.Split(p.Disks, disksSeparator)
}

func joinDisks(dirs []string) string {
	slices.Sort(dirs)
	return strings.Join(slices.Compact(dirs), disksSeparator)
}

// parseDisks returns the normal form of a list of directories.
func parseDisks(text string) (string, error) {
	dirs := strings.Split(text, disksSeparator)
	for i, d := range dirs {
		dirs[i] = path.Clean(d)
		if d == "" || dirs[i] == "." || dirs[i] == "/" || strings.HasPrefix(dirs[i]+"/", "../") {
			return "", errDisks
		}
	}
	return joinDisks(dirs), nil
}
