package host

import (
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs"
)

// workspace is a directory, backed by memory and shared with a worker, that is
// made to hold one image after the other.
type workspace struct {
	*shelf
	name string // in the shelf
	dir  faultfs.Directory
	held *faultfs.Image // nil: nothing is there
	// undoing is nil before the first full recovery.
	undoing *undoing
}

// shelf is a directory of workspaces. It gets a name never used before ahead of each use
// of a workspace in it, so that nothing that an engine remembers of a path is true of the
// next image. Workspaces that are used one after the other share one, and a rename.
type shelf struct {
	root   *os.Root
	fd     int    // of the root
	prefix string // of the shelf's name: a number follows
	seen   string // where the worker sees the root
	n      int    // 0: it is not made yet
}

func (s *shelf) path() string { return s.prefix + strconv.Itoa(s.n) }

// rename gives the shelf another name. No image in it may be in use.
func (s *shelf) rename() {
	before := s.path()
	s.n++
	var err error
	if s.n == 1 {
		err = unix.Mkdirat(s.fd, s.path(), 0o755)
	} else {
		err = unix.Renameat(s.fd, before, s.fd, s.path()) // a third of the cost of the root's
	}
	if err != nil {
		panic(environment{fmt.Errorf("make a directory in memory: %w", err)})
	}
}

func newWorkspace(s *shelf, name string) *workspace {
	return &workspace{shelf: s, name: name, dir: faultfs.Directory{Root: s.root}}
}

// hold makes a directory hold the image, by changing what differs from the last
// one, and returns the engine's directory in it as the worker sees it. The shelf was
// renamed since the last time.
func (w *workspace) hold(image *faultfs.Image) string {
	w.dir.Dir = w.path() + "/" + w.name
	var err error
	if w.held == nil {
		err = w.dir.Mkdir("")
	}
	if err == nil {
		err = image.Patch(w.held, &w.dir)
	}
	if err != nil {
		panic(environment{fmt.Errorf("write a crash state to memory: %w", err)})
	}
	w.held = image
	return w.seen + "/" + w.dir.Dir + EngineDir
}

// here returns the engine's directory under the shelf's root, read-only.
func (w *workspace) here() engines.Env {
	return engines.Env{FS: afero.FromIOFS{FS: w.root.FS()}, Dir: w.dir.Dir + EngineDir}
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
	all  []*workspace
	turn int
	one  *workspace
}

// perShelf is how many workspaces of a ring share a shelf.
const perShelf = 8

// newRing returns a ring for n previews under way. It has a shelf more than these need,
// so that all images of the shelf whose turn it is are out of use.
func newRing(n int, shelfOf func(i int) *shelf) ring {
	r := ring{one: newWorkspace(shelfOf(0), "0")}
	shelves := (n+perShelf-1)/perShelf + 1
	for i := range shelves {
		s := shelfOf(i + 1)
		for j := range perShelf {
			r.all = append(r.all, newWorkspace(s, strconv.Itoa(j)))
		}
	}
	return r
}

// next returns the workspace of the next preview. At most n-1 may be under way.
func (r *ring) next() *workspace {
	w := r.all[r.turn%len(r.all)]
	if r.turn%perShelf == 0 {
		w.rename()
	}
	r.turn++
	return w
}

// alone returns a workspace for what runs alone.
func (r *ring) alone() *workspace {
	r.one.rename()
	return r.one
}

func (r *ring) close() {
	r.one.close()
	for _, w := range r.all {
		w.close()
	}
}
