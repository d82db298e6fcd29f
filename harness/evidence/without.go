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
	return l.changed(func(events []journal.Event) {
		for i, e := range events {
			if e.IsSync() && sync(i) {
				// It forces nothing, and of no file: nobody called it.
				events[i].Kind, events[i].Ino = journal.EventSyncRange, 0
			}
		}
	})
}

// changed returns the life as it would have been with some events changed.
func (l *Life) changed(change func(events []journal.Event)) *Life {
	j := &journal.Journal{Base: l.Journal.Base, Stacks: l.Journal.Stacks, Events: slices.Clone(l.Journal.Events)}
	change(j.Events)
	out := l.Apart()
	out.End(l.contract, j)
	return out
}
