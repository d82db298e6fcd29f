package harness

import (
	"slices"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/models"
)

// openingsMax is how often in a row faults of a device may fail an opening. Then somebody
// replaces the device.
const openingsMax = 3

// restart ends the engine's process after an opening that failed, the tries-th in a row:
// the next one opens what is on the disk.
func (r *recording) restart(tries int) {
	if tries < openingsMax {
		r.machine.Kill()
		return
	}
	r.replaceDevice()
}

// replaceDevice goes on with all that is on the disk, on one without faults.
func (r *recording) replaceDevice() {
	j := *r.machine.Journal()
	j.Faults = journal.FaultLog{}
	r.machine.PowerOff()
	r.life.Log += r.machine.Log()
	r.run(r.host.Resume(r.disk, &j))
}

// faultSince reports whether a fault fired at a time or later.
func (r *recording) faultSince(time int) bool {
	return slices.ContainsFunc(r.machine.Journal().Events[time:], journal.Event.IsFault)
}

// excuses reports whether an opening that began at a time may have failed so: it returned
// an error, and a fault fired in it.
func (r *recording) excuses(invoked int, failed *models.Failure) bool {
	return failed != nil && failed.Manner == engines.MannerError && r.faultSince(invoked)
}
