package harness

import (
	"fmt"
	"os"
	"path"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/ackproof/ackproof/faultfs"
)

// workspace is a directory, backed by memory and shared with a worker, that is
// made to hold one image after the other. Each is held under a name never used
// before, so that nothing that an engine remembers of a path is true of the next.
type workspace struct {
	root *os.Root
	fd   int    // of the root
	name string // what directories here are called, before their number
	seen string // where the worker sees the root
	n    int
	held *faultfs.Image      // nil: nothing is there
	open map[string]*os.File // by path within the image
}

func newWorkspace(root *os.Root, fd int, name, seen string) *workspace {
	return &workspace{root: root, fd: fd, name: name, seen: seen, open: map[string]*os.File{}}
}

// hold makes a directory hold the image, by changing what differs from the last
// one, and returns the engine's directory in it as the worker sees it.
func (w *workspace) hold(image *faultfs.Image) string {
	before := w.dir()
	w.n++
	var err error
	if w.held == nil {
		err = w.root.Mkdir(w.dir(), 0o755)
	} else {
		err = unix.Renameat(w.fd, before, w.fd, w.dir()) // a third of the cost of the root's
	}
	if err == nil {
		err = image.Patch(w.held, w)
	}
	if err != nil {
		panic(environment{fmt.Errorf("write a crash state to memory: %w", err)})
	}
	w.held = image
	return path.Join(w.seen, w.dir(), engineDir)
}

func (w *workspace) dir() string { return fmt.Sprintf("%s%d", w.name, w.n) }

// drop removes all that is there. The next image gets new files, whatever the
// engine still has locked or mapped of the old ones.
func (w *workspace) drop() {
	if w.held == nil {
		return
	}
	w.close()
	w.held = nil
	if err := w.root.RemoveAll(w.dir()); err != nil {
		panic(environment{fmt.Errorf("remove a crash state from memory: %w", err)})
	}
}

// close gives back the descriptors.
func (w *workspace) close() {
	for _, f := range w.open {
		_ = f.Close()
	}
	clear(w.open)
}

func (w *workspace) at(p string) string { return w.dir() + p }

// file returns the open file at a path.
func (w *workspace) file(p string) (*os.File, error) {
	if f := w.open[p]; f != nil {
		return f, nil
	}
	f, err := w.root.OpenFile(w.at(p), os.O_RDWR, 0)
	if err == nil {
		w.open[p] = f
	}
	return f, err
}

// Mkdir is of [faultfs.Patcher], as those below.
func (w *workspace) Mkdir(p string) error { return w.root.Mkdir(w.at(p), 0o755) }

// Remove removes a file, or a directory with all in it.
func (w *workspace) Remove(p string) error {
	for name, f := range w.open {
		if name == p || strings.HasPrefix(name, p+"/") {
			_ = f.Close()
			delete(w.open, name)
		}
	}
	return w.root.RemoveAll(w.at(p))
}

// Create makes an empty file.
func (w *workspace) Create(p string) error {
	f, err := w.root.OpenFile(w.at(p), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	if err == nil {
		w.open[p] = f
	}
	return err
}

// Link gives a file a further name.
func (w *workspace) Link(oldPath, newPath string) error {
	return w.root.Link(w.at(oldPath), w.at(newPath))
}

// Symlink makes a symbolic link.
func (w *workspace) Symlink(target, p string) error { return w.root.Symlink(target, w.at(p)) }

// Resize sets a file's size.
func (w *workspace) Resize(p string, size int64) error {
	f, err := w.file(p)
	if err != nil {
		return err
	}
	return f.Truncate(size)
}

// WriteAt writes to a file.
func (w *workspace) WriteAt(p string, data []byte, off int64) error {
	f, err := w.file(p)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(data, off)
	return err
}

// ring is the workspaces of looks under way, which have their turns, and one for
// an image that has a look to itself.
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

// next returns the workspace of the next look. That of the look n before must have
// ended.
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
