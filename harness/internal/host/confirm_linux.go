package host

import (
	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject"
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

// Restore goes through the recovery call by call, as what it asks is none of the worker's.
func (r *workerRecoveries) Restore(image *faultfs.Image, file string, calls models.History) (*models.Recovered, bool) {
	if _, ok := restoringOf(r.workers.factory, file, calls); !ok {
		return nil, false
	}
	r.changed = func(f subject.Factory) subject.Factory {
		f, _ = restoringOf(f, file, calls)
		return f
	}
	defer func() { r.changed = nil }()
	return r.Recover(image), true
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
