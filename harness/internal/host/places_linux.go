package host

import (
	"path"
	"sync"
	"sync/atomic"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs"
)

// place is where a worker finds an image: one at a time.
type place interface {
	// hold makes the image be there and returns the engine's directory in it as the
	// worker sees it.
	hold(image *faultfs.Image) string
	// here returns the engine's directory as this process sees it, while an image is there.
	here() engines.Env
	// undo takes back what the engine did there, and reports whether it could, and how
	// much memory the engine's files took.
	undo() (takenBytes int64, undone bool)
	// drop removes what is there.
	drop()
}

// where chooses a worker's place for a recovery that runs alone.
type where func(w *worker) place

// scratch is the memory-backed directory, which is fast.
func scratch(w *worker) place { return w.scratch.alone() }

// served is a disk of its own, served as recordings' are: the same calls, with the same
// errors, and reads that fail, which memory cannot have.
func served(w *worker) place { return &servedImage{worker: w} }

type servedImage struct {
	worker *worker
	disk   *faultfs.Disk
	name   string // in the mount
}

func (s *servedImage) here() engines.Env { return engines.Env{FS: s.disk, Dir: EngineDir} }

func (s *servedImage) hold(image *faultfs.Image) string {
	s.disk = faultfs.NewDisk(faultfs.Config{Image: image, Disks: s.worker.disks, Unjournaled: true})
	s.name = s.worker.server.Attach(s.disk)
	return path.Join(s.worker.sandbox.DiskDir, s.name, EngineDir)
}

func (s *servedImage) undo() (int64, bool) { return 0, false }

func (s *servedImage) drop() { s.worker.server.Detach(s.name) }

// memoryTrust is how far what fails in a memory-backed directory is believed. It is safe
// for concurrent use.
type memoryTrust struct {
	// differs is set once a recovery failed there and not where recordings run: all
	// are made there then.
	differs atomic.Bool
	// alike has the shapes of failures that both places showed.
	alike sync.Map
}
