package evidence

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/models"
)

// MarkFaulted says of each call so far whether a fault fired in it, or before it since the
// engine was opened last, as the journal has it. What goes wrong with what is stored counts as a
// fault.
func (l *Life) MarkFaulted(j *journal.Journal) { markFaulted(l.Calls, l.OpenedAt, j, l.Harm) }

// FirstFault returns the time before which no fault fired in the life, it did not find the
// disk full, and no call ran that was cancelled; ok is false if none of that ever was.
func (l *Life) FirstFault() (time int, ok bool) {
	time = slices.IndexFunc(l.Journal.Events, journal.Event.IsFault)
	for _, c := range l.Calls {
		if c.Cancelled && (time < 0 || c.Invoked < time) {
			time = c.Invoked
		}
	}
	return time, time >= 0
}

// Fired reports whether a fault fired in the life, it found the disk full, or a call was
// cancelled, and whether that surfaced: a call said that it failed.
func (l *Life) Fired() (fired, surfaced bool) {
	_, fired = l.FirstFault()
	fired = fired || slices.ContainsFunc(l.Journal.Events, journal.Event.FailsLate)
	surfaced = slices.ContainsFunc(l.Calls, func(c models.Call) bool {
		return (c.Faulted || c.Cancelled) && (c.Result.Err != "" || c.Result.Recovered != nil && c.Result.Recovered.Failure != nil)
	})
	return fired, surfaced
}

// FaultsLeft returns what a crash left of the faults and of the space of the disk before:
// a power failure mends no device.
func (l *Life) FaultsLeft() (left []fault.Fault, space faultfs.Space) {
	if l.Parent == nil {
		return nil, space
	}
	j := l.Parent.Journal.Until(l.Crash.Point)
	if len(j.Faults.Armed)+len(j.Faults.Spaces) == 0 {
		return nil, space
	}
	disk := faultfs.Resume(faultfs.Config{Unjournaled: true}, j)
	for _, c := range disk.Faults() {
		if f, ok := c.Left(); ok {
			left = append(left, f)
		}
	}
	return left, disk.Space()
}
