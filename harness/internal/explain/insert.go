package explain

import (
	"path"
	"slices"

	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
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
// engine need not run again: a sync changes nothing that it reads.
func withSyncs(l *evidence.Life, syncs []insertion) *evidence.Life {
	var events []evidence.Insertion
	for _, s := range syncs {
		events = append(events, evidence.Insertion{After: s.after, Event: journal.Event{Kind: journal.EventSync, Ino: s.ino, Path: s.path}})
	}
	return l.With(events)
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

// touches reports whether an event leaves effects that a sync of the target names.
func (t syncTarget) touches(e journal.Event) bool {
	return slices.ContainsFunc(targets(e), func(other syncTarget) bool { return other.ino == t.ino && other.dir == t.dir })
}
