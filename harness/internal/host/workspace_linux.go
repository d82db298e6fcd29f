package host

import (
	"fmt"
	"os"
	"path"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/ackproof/ackproof/faultfs"
)

// workspace is a directory, backed by memory and shared with a worker, that is
// made to hold one image after the other. Each is held under a name never used
// before, so that nothing that an engine remembers of a path is true of the next.
type workspace struct {
	dir  faultfs.Directory
	fd   int    // of its root
	name string // what directories here are called, before their number
	seen string // where the worker sees the root
	n    int
	held *faultfs.Image // nil: nothing is there
	// undoing is nil before the first full recovery.
	undoing *undoing
}

func newWorkspace(root *os.Root, fd int, name, seen string) *workspace {
	return &workspace{dir: faultfs.Directory{Root: root}, fd: fd, name: name, seen: seen}
}

// hold makes a directory hold the image, by changing what differs from the last
// one, and returns the engine's directory in it as the worker sees it.
func (w *workspace) hold(image *faultfs.Image) string {
	before := w.dir.Dir
	w.n++
	w.dir.Dir = w.name + strconv.Itoa(w.n)
	var err error
	if w.held == nil {
		err = w.dir.Mkdir("")
	} else {
		err = unix.Renameat(w.fd, before, w.fd, w.dir.Dir) // a third of the cost of the root's
	}
	if err == nil {
		err = image.Patch(w.held, &w.dir)
	}
	if err != nil {
		panic(environment{fmt.Errorf("write a crash state to memory: %w", err)})
	}
	w.held = image
	return path.Join(w.seen, w.dir.Dir, EngineDir)
}

// undo takes back what an engine did in a full recovery. It returns how much memory its
// files took, and reports whether the directory is as it was.
func (w *workspace) undo() (takenBytes int64, ok bool) {
	if w.undoing == nil {
		w.undoing = &undoing{fd: w.fd, dir: &w.dir, files: map[string]faultfs.FileInfo{}}
	}
	taken, err := w.undoing.run(w.held)
	return taken, err == nil
}

// drop removes all that is there. The next image gets new files, whatever the
// engine still has locked or mapped of the old ones.
func (w *workspace) drop() {
	if w.held == nil {
		return
	}
	w.close()
	w.held = nil
	if err := w.dir.Remove(""); err != nil {
		panic(environment{fmt.Errorf("remove a crash state from memory: %w", err)})
	}
}

// close gives back the descriptors.
func (w *workspace) close() { _ = w.dir.Close() }

// ring is the workspaces of previews under way, which take turns, and one for a
// preview or a recovery that runs alone.
type ring struct {
	all   []*workspace
	turn  int
	alone *workspace
}

func newRing(n int, workspace func(i int) *workspace) ring {
	r := ring{alone: workspace(0)}
	for i := range n {
		r.all = append(r.all, workspace(i+1))
	}
	return r
}

// next returns the workspace of the next preview. The preview that had it before
// must have ended.
func (r *ring) next() *workspace {
	r.turn = (r.turn + 1) % len(r.all)
	return r.all[r.turn]
}

func (r *ring) close() {
	r.alone.close()
	for _, w := range r.all {
		w.close()
	}
}
