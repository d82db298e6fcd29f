package machine

import (
	"slices"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// Exercised returns the properties that a crash in s puts to the test, claimed or not.
func (m spec) Exercised(state models.SpecState) models.PropertySet {
	s := state.(*specState)
	out := models.SetOf(models.OpensAfterCrash, models.RecoveryIdempotent, models.LiveAfterRecovery, models.ReadsLinearizable)
	out |= s.tested
	for _, w := range s.worlds {
		out |= w.tested
		if w.keepsFile() {
			out = out.With(models.SnapshotDurable)
		}
		if s.recoveries > 0 && w.keepsAny() {
			out = out.With(models.RecoveredDurable)
		}
	}
	return out
}

// keepsAny reports whether there is something in w that must survive.
func (w *world) keepsAny() bool {
	return w.data.applied != (engines.LogID{}) || w.meta.meta.has || w.keepsFile()
}

func (w *world) keepsFile() bool {
	return slices.ContainsFunc(w.files, func(f *file) bool { return f.durable && f.there })
}
