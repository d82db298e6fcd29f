package harness

import (
	"cmp"
	"path"
	"slices"

	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/models"
)

// syncTarget is a file or directory that a sync could name.
type syncTarget struct {
	ino  journal.Ino
	dir  bool
	path string
}

// String returns what the sync is called with.
func (t syncTarget) String() string {
	if t.dir {
		return "directory " + t.path
	}
	return t.path
}

// insertion is a sync that was not there, after an event.
type insertion struct {
	syncTarget
	after int
}

// withSyncs returns the life as it would have been with some more syncs. The
// engine need not run again: a sync changes nothing that it reads. Events after
// an insertion move by one, and so do the times of calls; effects keep their
// numbers.
func (l *Life) withSyncs(insertions []insertion) *Life {
	at := slices.Clone(insertions)
	slices.SortStableFunc(at, func(a, b insertion) int { return cmp.Compare(a.after, b.after) })
	moved := func(time int) int {
		n := 0
		for _, i := range at {
			if i.after < time {
				n++
			}
		}
		return time + n
	}
	out := &Life{
		Parent: l.Parent, Crash: l.Crash, Opened: moved(l.Opened), Recovered: l.Recovered,
		Steps: l.Steps, Added: l.Added, From: l.From,
		Journal: &journal.Journal{Base: l.Journal.Base, Stacks: l.Journal.Stacks},
	}
	for number, e := range l.Journal.Events {
		out.Journal.Events = append(out.Journal.Events, e)
		for _, i := range at {
			if i.after == number {
				out.Journal.Events = append(out.Journal.Events, journal.Event{Kind: journal.EventSync, Ino: i.ino, Path: i.path, Call: e.Call})
			}
		}
	}
	for _, c := range l.Calls {
		c.Invoked = moved(c.Invoked)
		if c.Returned != models.Pending {
			c.Returned = moved(c.Returned)
		}
		out.Calls = append(out.Calls, c)
	}
	out.seal(l.contract)
	return out
}

// targets returns what a sync can name to make the effects of an event durable,
// the closest first.
func targets(e journal.Event) []syncTarget {
	file := syncTarget{ino: e.Ino, path: e.Path}
	dir := syncTarget{ino: e.Dir, path: path.Dir(e.Path), dir: true}
	to := syncTarget{ino: e.ToDir, path: path.Dir(e.ToPath), dir: true}
	switch e.Kind {
	case journal.EventWrite, journal.EventResize:
		return []syncTarget{file}
	case journal.EventCreate:
		return []syncTarget{dir, file}
	case journal.EventMkdir, journal.EventRemove:
		return []syncTarget{dir}
	case journal.EventLink, journal.EventRename:
		file.path = e.ToPath
		if e.Kind == journal.EventRename && e.Dir != e.ToDir {
			return []syncTarget{to, dir, file}
		}
		return []syncTarget{to, file}
	}
	return nil
}

// touches tells whether an event leaves effects that a sync of the target names.
func (t syncTarget) touches(e journal.Event) bool {
	return slices.ContainsFunc(targets(e), func(other syncTarget) bool { return other.ino == t.ino && other.dir == t.dir })
}

// isSync tells whether an event is a sync that completed.
func isSync(e journal.Event) bool {
	return e.Kind == journal.EventSync || e.Kind == journal.EventSyncData
}

// isMark tells whether an event belongs to the history and not to the disk.
func isMark(e journal.Event) bool {
	return e.Kind == journal.EventInvoke || e.Kind == journal.EventReturn || e.Kind == journal.EventKill
}
