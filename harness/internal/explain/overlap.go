package explain

import (
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/faultfs/journal"
)

// runningFsync says of an fsync of the target that ran while the missing one was due why
// it was not enough: it began before what was lost was written, or it had not returned.
// It is "" if there is none.
func (x *explainer) runningFsync(t syncTarget, culprit, before int) string {
	j := x.Life.Journal
	var running []int // beginnings, oldest first
	for i, e := range j.Events[:before] {
		switch {
		case e.Kind == journal.EventKill:
			running = nil
		case e.Ino != t.ino:
		case e.Kind == journal.EventSyncBegin:
			running = append(running, i)
		case e.IsSync() || e.Kind == journal.EventSyncFail:
			began := j.Began(i)
			if e.IsSync() && began < culprit && culprit < i {
				return fmt.Sprintf("the fsync of it that returned at event %d had begun at event %d, before that was written", i, began)
			}
			running = slices.DeleteFunc(running, func(other int) bool { return other == began })
		}
	}
	if n := len(running); n > 0 && running[n-1] > culprit {
		return fmt.Sprintf("an fsync of it had begun at event %d and not returned: who relies on it must wait for it", running[n-1])
	}
	return ""
}
