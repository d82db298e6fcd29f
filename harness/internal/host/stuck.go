package host

import (
	"slices"
	"sync/atomic"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/harness/internal/schedule"
	"github.com/ackproof/ackproof/models"
)

// sticks reports whether some fault may have a sync stuck.
func sticks(faults []fault.Count) bool {
	return slices.ContainsFunc(faults, func(c fault.Count) bool { return c.Fault.Error == fault.Stuck })
}

// besideStuck returns run for a call of op, and what says at its end whether that read
// beside a sync that was stuck, and whether it waited for one. A gate that is nil has none.
func besideStuck(gate *schedule.Gate, run func(func()) *CallFailure, op models.Op) (watched func(func()) *CallFailure, how func() (beside, blocked bool)) {
	if gate == nil || !op.Reads() {
		return run, func() (bool, bool) { return false, false }
	}
	var beside, blocked atomic.Bool // after a hang somebody may still write to them
	watched = func(job func()) *CallFailure {
		return run(func() {
			b, waited := gate.Read(job)
			beside.Store(b)
			blocked.Store(waited)
		})
	}
	return watched, func() (bool, bool) { return beside.Load(), blocked.Load() }
}
