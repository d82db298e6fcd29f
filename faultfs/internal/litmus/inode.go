package litmus

import (
	"fmt"
	"path"
	"strconv"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/internal/inodes"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/internal/volume"
)

// inodeStep runs a step on a file that its number names.
func inodeStep(d *faultfs.Disk, verb, number string, rest []string) error {
	n, err := strconv.ParseUint(number, 10, 32)
	if err != nil {
		return err
	}
	ino, view := tree.Ino(n), d.Inodes()
	switch verb {
	case "unnamed":
		made, err := view.CreateUnnamed(0o644)
		if err == nil && made.Ino != ino {
			err = fmt.Errorf("unnamed #%s made #%d", number, made.Ino)
		}
		return err
	case "write":
		off, data, err := parseWrite(rest)
		if err == nil {
			_, err = view.Write(ino, data, off, volume.SyncNone)
		}
		return err
	case "fsync":
		return view.Sync(ino, false)
	case "link":
		dir, err := Ino(d, path.Dir(rest[0]))
		if err == nil {
			_, err = view.Link(ino, dir, path.Base(rest[0]))
		}
		return err
	}
	return fmt.Errorf("step %s #%s: it takes a path", verb, number)
}

// parseWrite reads OFF N L.
func parseWrite(words []string) (off int64, data []byte, err error) {
	if off, err = strconv.ParseInt(words[0], 10, 64); err == nil {
		data, err = ParseRuns(words[1] + words[2])
	}
	return off, data, err
}

// Rename renames as a kernel does, by the inodes of the directories.
func Rename(d *faultfs.Disk, from, to string, mode inodes.RenameMode) error {
	dir, err := Ino(d, path.Dir(from))
	if err != nil {
		return err
	}
	toDir, err := Ino(d, path.Dir(to))
	if err != nil {
		return err
	}
	return d.Inodes().Rename(dir, path.Base(from), toDir, path.Base(to), mode)
}

// Ino returns the number of the file that name leads to.
func Ino(d *faultfs.Disk, name string) (tree.Ino, error) {
	info, err := d.Stat(name)
	if err != nil {
		return 0, err
	}
	return info.Sys().(tree.Ino), nil
}
