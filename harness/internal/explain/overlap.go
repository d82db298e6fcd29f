package explain

import (
	"fmt"

	"github.com/ackproof/ackproof/faultfs/journal"
)

// runningFsync says of an fsync of the target that ran while the missing one was due why
// it was not enough: it began before what was lost was written, or it had not returned.
// It is "" if there is none.
func (x *explainer) runningFsync(t syncTarget, culprit, before int) string {
	began := -1
	for i, e := range x.Life.Journal.Events[:before] {
		switch {
		case e.Ino != t.ino:
		case e.Kind == journal.EventSyncBegin:
			began = i
		case e.IsSync() && e.During > 0 && x.Life.Journal.Began(i) < culprit && culprit < i:
			return fmt.Sprintf("the fsync of it that returned at event %d had begun at event %d, before that was written", i, x.Life.Journal.Began(i))
		case e.IsSync() && x.Life.Journal.Began(i) == began:
			began = -1
		}
	}
	if began > culprit {
		return fmt.Sprintf("an fsync of it had begun at event %d and not returned: who relies on it must wait for it", began)
	}
	return ""
}
