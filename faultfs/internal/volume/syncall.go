package volume

import (
	"cmp"
	"maps"
	"slices"

	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/journal"
)

// SyncAll is syncfs: an fsync of each file and directory that changed since its last
// one, files first. Its only error is a fault's, the first one's; all are synced
// nevertheless. None is stuck.
func (v *Volume) SyncAll() error {
	if v.rec == nil {
		return nil
	}
	var first error
	began := v.rec.Len()
	for _, ino := range v.unsynced() {
		stuck, err := v.TrySync(File{Ino: ino, Path: v.PathOf(ino)}, false, v.Now(ino))
		if stuck != nil {
			v.Finish(stuck)
		}
		first = cmp.Or(first, err)
	}
	if first == nil {
		v.allSynced = began
	}
	return first
}

// unsynced returns what changed since its last fsync, directories last: a name is worth
// nothing without what it names. The journal alone knows, so that a volume that was
// resumed does too.
func (v *Volume) unsynced() []tree.Ino {
	changed := map[tree.Ino]int{} // by which event, the newest
	j := v.rec.Journal()
	for i := v.allSynced; i < len(j.Events); i++ {
		e := j.Events[i]
		if e.Kind == journal.EventSync {
			if changed[e.Ino] < j.Began(i) {
				delete(changed, e.Ino)
			}
			continue
		}
		for _, ino := range changedBy(e) {
			changed[ino] = i
		}
	}
	delete(changed, 0)
	return slices.SortedFunc(maps.Keys(changed), func(a, b tree.Ino) int {
		return cmp.Or(v.rank(a)-v.rank(b), cmp.Compare(a, b))
	})
}

// changedBy returns the inodes of which an event left something that a crash may lose,
// 0 among them for a file without a name.
func changedBy(e journal.Event) []tree.Ino {
	switch e.Kind {
	case journal.EventWrite, journal.EventResize, journal.EventAllocate:
		return []tree.Ino{e.Ino}
	case journal.EventCreate, journal.EventMkdir, journal.EventSymlink:
		return []tree.Ino{e.Ino, e.Dir}
	case journal.EventRemove:
		return []tree.Ino{e.Dir}
	case journal.EventLink, journal.EventRename, journal.EventExchange:
		return []tree.Ino{e.Dir, e.ToDir}
	}
	return nil
}

func (v *Volume) rank(ino tree.Ino) int {
	if v.Tree.Inode(ino).IsDir {
		return 1
	}
	return 0
}
