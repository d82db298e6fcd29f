package volume

import (
	"slices"
)

// Kill returns the volume for the next process, and leaves the old one without
// journal and faults. Syncs that are stuck go on there. It takes the lock.
func (v *Volume) Kill() *Volume {
	v.RWMutex.Lock()
	defer v.RWMutex.Unlock()
	v.Tree.SumPages() // both go on sharing, each under its own lock
	next := &Volume{
		Tree: v.Tree.Freeze().Thaw(), rec: v.rec, changes: v.changes, spaceBytes: v.spaceBytes, names: slices.Clone(v.names),
		faults: v.faults, failure: v.failure, report: v.report, failures: v.failures, clean: v.clean, devices: v.devices.Clone(),
		space: v.space, reserved: v.reserved,
	}
	next.hasFaults.Store(len(next.faults) > 0)
	v.faults, v.failure, v.report, v.failures, v.clean = nil, 0, 0, nil, nil
	v.space, v.reserved = Space{}, nil
	v.release()
	v.hasFaults.Store(false)
	v.failed.Store(0)
	if v.rec != nil {
		v.rec.Kill()
	}
	v.rec = nil
	return next
}
