package faultfs

import (
	"strings"

	"github.com/ackproof/ackproof/faultfs/internal/tree"
)

// OpenFiles returns the paths that the process's open files and directories were opened
// with, sorted: one for each time that it was opened and not closed. It is nil if there are
// none. Those of a process that was killed, and those that a kernel has open, do not count.
func (d *Disk) OpenFiles() []string { return d.open.paths() }

// NamesOutside returns the paths of all names on the disk that are neither one of the
// directories nor below one, in a fixed order. It is a question about the disk: no fault
// fires there, and no gate is passed.
func (d *Disk) NamesOutside(dirs ...string) []string {
	d.vol.RWMutex.RLock()
	defer d.vol.RWMutex.RUnlock()
	var out []string
	d.vol.Tree.Walk(func(p string, ino tree.Ino, _ *tree.Node) {
		if ino != tree.RootIno && !isIn(p, dirs) {
			out = append(out, p)
		}
	})
	return out
}

func isIn(p string, dirs []string) bool {
	for _, dir := range dirs {
		if p == dir || strings.HasPrefix(p, dir+"/") {
			return true
		}
	}
	return false
}
