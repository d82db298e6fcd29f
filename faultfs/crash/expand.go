package crash

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/journal"
)

func (x *expander) expand() {
	for i, e := range x.journal.Events {
		forces := e.IsSync() && !x.profile.FlushesLie
		if e.IsMark() || forces && x.forcesAny(i) {
			x.notePoint(i)
		}
		first := len(x.effects)
		x.replay(e, int32(i))
		x.setBarrier(first, e)
		if forces {
			x.sync(e, int32(i))
		}
		x.ended = x.ended || e.Kind == journal.EventReturn || e.Kind == journal.EventKill
	}
	x.lastPoint()
}

// replay makes the effects of one event.
func (x *expander) replay(e journal.Event, at int32) {
	switch e.Kind {
	case journal.EventWrite:
		x.write(e, at)
	case journal.EventResize:
		x.resize(e, at)
	case journal.EventCreate, journal.EventMkdir:
		for len(x.live.Nodes) <= int(e.Ino) {
			isDir := e.Kind == journal.EventMkdir
			x.live.Add(isDir, e.Mode)
			x.durable.Add(isDir, e.Mode)
		}
		x.devices.Put(e.Ino, x.devices.Of(e.Dir))
		if e.Dir != 0 {
			x.rename(at, nameChange{dir: e.Dir, name: tree.BaseName(e.Path), ino: e.Ino})
		}
	case journal.EventSymlink:
		x.live.AddLink(string(e.Data))
		x.durable.AddLink(string(e.Data)) // a target lives in its inode
		x.rename(at, nameChange{dir: e.Dir, name: tree.BaseName(e.Path), ino: e.Ino})
	case journal.EventLink:
		x.live.Edit(e.Ino).Shared = true
		x.devices.Put(e.Ino, x.devices.Of(e.ToDir)) // it may have had no name
		x.rename(at, nameChange{dir: e.ToDir, name: tree.BaseName(e.ToPath), ino: e.Ino})
	case journal.EventRemove:
		x.rename(at, nameChange{dir: e.Dir, name: tree.BaseName(e.Path)})
	case journal.EventRename:
		to := nameChange{dir: e.ToDir, name: tree.BaseName(e.ToPath), ino: e.Ino, over: true}
		x.renamePair(at, to, nameChange{dir: e.Dir, name: tree.BaseName(e.Path)})
	case journal.EventExchange:
		other := x.live.Lookup(e.ToDir, tree.BaseName(e.ToPath))
		to := nameChange{dir: e.ToDir, name: tree.BaseName(e.ToPath), ino: e.Ino}
		x.renamePair(at, to, nameChange{dir: e.Dir, name: tree.BaseName(e.Path), ino: other})
	case journal.EventSyncFail:
		x.syncFailed(e, int(at))
	case journal.EventChmod:
		x.live.Edit(e.Ino).Mode, x.durable.Edit(e.Ino).Mode = e.Mode, e.Mode
		x.chmods = true
	}
}

// write makes a version of each part that the write touches, and of the size
// at each step by which a longer file may be seen to grow.
func (x *expander) write(e journal.Event, at int32) {
	n := x.live.Edit(e.Ino)
	oldSize, end := n.Size, e.Off+int64(len(e.Data))
	parts, before := x.writeParts(e), make([]byte, x.unit)
	first := EffectID(len(x.effects))
	for i, p := range parts {
		if i == 0 || !x.joined(p.from, oldSize) {
			x.beginEffect(at, e.Ino)
		}
		if p.zeros {
			x.setZeros(e.Ino, p, oldSize)
		} else {
			n.ReadAt(before, p.from*x.unit)
			x.setSector(e, p.from, before, x.sectorData(before, e, p.from), oldSize)
		}
		if i == len(parts)-1 || !x.joined(parts[i+1].from, oldSize) {
			x.endEffect()
		}
	}
	n.WriteAt(e.Data, e.Off)
	n.Size = max(n.Size, end)
	for size := oldSize; size < end; {
		next := min(size/x.sizeStep()*x.sizeStep()+x.sizeStep(), end)
		if to := zerosUpTo(parts, size/x.unit) * x.unit; to > size {
			next = min(to, end)
		}
		x.beginEffect(at, e.Ino)
		x.needData(first, parts, size, next, oldSize)
		x.setSize(e.Ino, next, oldSize)
		x.endEffect()
		size = next
	}
}

// sectorData returns the sector's content after e, sharing the event's bytes
// where e covers it.
func (x *expander) sectorData(before []byte, e journal.Event, sector int64) []byte {
	from := sector*x.unit - e.Off
	if from >= 0 && from+x.unit <= int64(len(e.Data)) {
		return e.Data[from : from+x.unit]
	}
	data := slices.Clone(before)
	copy(data[max(-from, 0):], e.Data[max(from, 0):])
	return data
}

// renamePair makes the effects of two names that change together: one, or one
// for each where the profile splits them. A directory is never split off: one
// with two parents, or a ring of them, is what no file system leaves.
func (x *expander) renamePair(at int32, pair ...nameChange) {
	split := x.profile.SplitRename
	for _, c := range pair {
		split = split && (c.ino == 0 || !x.live.Inode(c.ino).IsDir)
	}
	if !split {
		x.rename(at, pair...)
		return
	}
	for _, c := range pair {
		if c.ino != 0 {
			x.live.Edit(c.ino).Shared = true
		}
	}
	for _, c := range pair {
		x.rename(at, c)
	}
}

func (x *expander) rename(at int32, changes ...nameChange) {
	x.beginEffect(at, changes[0].dir)
	x.needMeta(changes[0].dir)
	for _, c := range changes {
		if c.ino == 0 && x.profile.NamesOrdered == NamesRemovalsLast {
			x.needOlder(c.dir)
		}
		if c.over && x.live.Lookup(c.dir, c.name) != 0 {
			x.needFlushed(c.ino)
		}
	}
	for _, c := range changes {
		x.setName(c)
	}
	x.endEffect()
}

// NewSpace returns the crash states of a journal under a profile. Its cost grows
// with what was written.
func NewSpace(j *journal.Journal, profile Profile) *Space {
	x := &expander{
		Space:   &Space{journal: j, profile: profile, unit: profile.unit()},
		live:    tree.Of(j.Base).Thaw(),
		durable: tree.Of(j.Base).Thaw(),
		sectors: map[sectorKey]int32{},
		runs:    map[sectorKey]int32{},
		names:   map[nameKey]int32{},
		files:   map[tree.Ino]*fileState{},
		devices: tree.Of(j.Base).Devices(profile.DiskDirs()),
	}
	for range len(profile.DiskDirs()) + 1 {
		x.orders = append(x.orders, &order{meta: -1})
	}
	x.expand()
	return x.Space
}
