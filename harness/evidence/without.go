package evidence

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs/journal"
)

// Without returns the life as it would have been had some of its syncs forced nothing: what
// they made durable stays pending. The engine need not run again, as a sync changes nothing
// that it reads. The crash that the life began with stays: it leaves the same with fewer
// syncs. Events keep their numbers, and effects may not.
func (l *Life) Without(sync func(event int) bool) *Life {
	out := l.Apart()
	j := &journal.Journal{Base: l.Journal.Base, Stacks: l.Journal.Stacks, Events: slices.Clone(l.Journal.Events)}
	for i, e := range j.Events {
		if e.IsSync() && sync(i) {
			j.Events[i].Kind = journal.EventSyncRange // which forces nothing
		}
	}
	out.End(l.contract, j)
	return out
}
