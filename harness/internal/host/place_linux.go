package host

import (
	"path"

	"github.com/ackproof/ackproof/faultfs"
)

// place is where a worker recovers from one image after the other.
type place interface {
	// hold makes the image be there, and returns the engine's directory as the worker
	// sees it.
	hold(image *faultfs.Image) string
	// undo takes back what the engine did there, and reports whether it could, and how
	// much memory the engine's files took.
	undo() (takenBytes int64, undone bool)
	// drop removes what is there.
	drop()
}

// placeOf returns the place for an image that is recovered alone: memory, or a disk over
// FUSE where a read must fail, which memory cannot.
func (w *worker) placeOf(image *faultfs.Image) place {
	if image.AllReadable() {
		return w.scratch.alone
	}
	return &served{worker: w}
}

// served is a disk in the worker's mount.
type served struct {
	worker *worker
	name   string // in the mount
}

func (s *served) hold(image *faultfs.Image) string {
	s.name = s.worker.server.Attach(faultfs.NewDisk(faultfs.Config{Image: image, Unjournaled: true}))
	return path.Join(s.worker.sandbox.DiskDir, s.name, EngineDir)
}

func (s *served) undo() (int64, bool) { return 0, false }

func (s *served) drop() { s.worker.server.Detach(s.name) }
