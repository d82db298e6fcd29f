package host

import (
	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
)

// Recover lets the engine recover in a memory-backed directory, or where recordings run
// once it is known that the engine meets a difference, or where memory cannot hold the
// image.
func (r *workerRecoveries) Recover(image *faultfs.Image) *models.Recovered {
	if r.workers.differs.Load() || !image.AllReadable() {
		return r.recoverIn(served, image)
	}
	return r.confirm(image, r.recoverIn(scratch, image))
}

// confirm returns what came of a recovery in a memory-backed directory, unless that
// failed for what only such a directory does: then what comes of it where recordings
// run, as an engine is held only to what its disk does before the crash and after. A
// hang takes too long to be confirmed.
func (r *workerRecoveries) confirm(image *faultfs.Image, out *models.Recovered) *models.Recovered {
	if out.Failure == nil || out.Failure.Manner == engines.MannerHang {
		return out
	}
	shape := evidence.ShapeOf(out.Failure)
	if _, known := r.workers.alike.Load(shape); known {
		return out
	}
	recorded := r.recoverIn(served, image)
	if recorded.Failure != nil {
		r.workers.alike.Store(shape, true)
		return out
	}
	if r.recoverIn(scratch, image).Failure == nil {
		return out // it does not fail every time
	}
	r.workers.differs.Store(true)
	return recorded
}
