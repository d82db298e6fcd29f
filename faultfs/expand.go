package faultfs

import "slices"

// expander replays a journal and makes its effects.
type expander struct {
	*Space
	live    *tree // everything kept
	durable *tree // only what is forced
	sectors map[sectorKey]int32
	names   map[nameKey]int32
	files   map[Ino]*fileState
	owners  []int32 // by change: the effect that it belongs to

	meta      EffectID   // newest change of names or truncation, -1 for none
	metas     []EffectID // those that are not forced, kept for OlderAll
	barrier   []EffectID // effects that all later ones must follow
	allKey    Digest
	forcedKey Digest
	pending   int32
	oldest    int32
	forcedAny bool // since the last point
	chmods    bool // since the last point
	ended     bool // a call returned, or its process, since the last point
	seen      EffectID
}

type sectorKey struct {
	ino    Ino
	sector int64
}

type nameKey struct {
	dir  Ino
	name string
}

// fileState is what the expander knows of one inode.
type fileState struct {
	size    int32      // newest version of the size, -1 for the base's
	pending []EffectID // bytes and sizes that are not forced
	named   []EffectID // names for it that are not forced
	inDir   []EffectID // names in it that are not forced
	durable bool       // some name of it is durable
}

func (x *expander) file(ino Ino) *fileState {
	f := x.files[ino]
	if f == nil {
		f = &fileState{size: -1, durable: x.inBase(ino)}
		x.files[ino] = f
	}
	return f
}

func (x *expander) expand() {
	for i, e := range x.journal.Events {
		if e.isMark() || e.isSync() && x.forcesAny(e) {
			x.point(i)
		}
		first := len(x.effects)
		x.replay(e, int32(i))
		x.finish(first, e)
		if e.isSync() {
			x.sync(e, int32(i))
		}
		x.ended = x.ended || e.Kind == EventReturn || e.Kind == EventKill
	}
	x.lastPoint()
}

// replay makes the effects of one event.
func (x *expander) replay(e Event, at int32) {
	switch e.Kind {
	case EventWrite:
		x.write(e, at)
	case EventResize:
		x.resize(e, at)
	case EventCreate, EventMkdir:
		for len(x.live.nodes) <= int(e.Ino) {
			isDir := e.Kind == EventMkdir
			x.live.add(isDir, e.Mode)
			x.durable.add(isDir, e.Mode)
		}
		if e.Dir != 0 {
			x.rename(at, nameChange{dir: e.Dir, name: baseName(e.Path), ino: e.Ino})
		}
	case EventSymlink:
		x.live.addLink(string(e.Data))
		x.durable.addLink(string(e.Data)) // a target lives in its inode
		x.rename(at, nameChange{dir: e.Dir, name: baseName(e.Path), ino: e.Ino})
	case EventLink:
		x.live.edit(e.Ino).shared = true
		x.rename(at, nameChange{dir: e.ToDir, name: baseName(e.ToPath), ino: e.Ino})
	case EventRemove:
		x.rename(at, nameChange{dir: e.Dir, name: baseName(e.Path)})
	case EventRename:
		to := nameChange{dir: e.ToDir, name: baseName(e.ToPath), ino: e.Ino, over: true}
		x.renamePair(at, to, nameChange{dir: e.Dir, name: baseName(e.Path)})
	case EventExchange:
		other := x.live.lookup(e.ToDir, baseName(e.ToPath))
		to := nameChange{dir: e.ToDir, name: baseName(e.ToPath), ino: e.Ino}
		x.renamePair(at, to, nameChange{dir: e.Dir, name: baseName(e.Path), ino: other})
	case EventSyncFail:
		x.syncFailed(e)
	case EventChmod:
		x.live.edit(e.Ino).mode, x.durable.edit(e.Ino).mode = e.Mode, e.Mode
		x.chmods = true
	}
}

// write makes a version of each sector that the write touches, and of the size
// at each step by which a longer file may be seen to grow.
func (x *expander) write(e Event, at int32) {
	n := x.live.edit(e.Ino)
	oldSize, end := n.size, e.Off+int64(len(e.Data))
	first, last := e.Off/x.unit, (end-1)/x.unit
	before := make([]byte, (last-first+1)*x.unit)
	n.readAt(before, first*x.unit)
	n.writeAt(e.Data, e.Off)
	n.size = max(n.size, end)
	sectors := EffectID(len(x.effects))
	for s := first; s <= last; s++ {
		x.begin(at)
		x.setSector(e, s, before[(s-first)*x.unit:][:x.unit], x.sectorData(n, e, s), oldSize)
		x.end()
	}
	for size := oldSize; size < end; {
		next := min(size/x.sizeStep()*x.sizeStep()+x.sizeStep(), end)
		x.begin(at)
		x.needData(sectors, first, size, next, oldSize)
		x.setSize(e.Ino, next, oldSize)
		x.end()
		size = next
	}
}

// sizeStep is the unit in which a size may grow on the disk: whole blocks where
// it follows the data, sectors where nothing is promised.
func (x *expander) sizeStep() int64 {
	if x.profile.SizeBeforeData == SizeAnywhere {
		return x.unit
	}
	return pageBytes
}

// needData makes the effect that is being made, a size that grows from size to
// next, need the data that must precede it.
func (x *expander) needData(sectors EffectID, first, size, next, oldSize int64) {
	from := size
	switch x.profile.SizeBeforeData {
	case SizeAnywhere:
		return
	case SizeInTailBlock:
		// The block that ended the file is allocated: its size does not wait.
		from = max(from, (oldSize+pageBytes-1)/pageBytes*pageBytes)
	}
	for s := max(from/x.unit, first); s*x.unit < next; s++ {
		x.need(sectors + EffectID(s-first))
	}
}

// sectorData returns the sector's content after e, sharing the event's bytes
// where e covers it.
func (x *expander) sectorData(n *node, e Event, sector int64) []byte {
	from := sector*x.unit - e.Off
	if from >= 0 && from+x.unit <= int64(len(e.Data)) {
		return e.Data[from : from+x.unit]
	}
	data := make([]byte, x.unit)
	n.readAt(data, sector*x.unit)
	return data
}

// resize makes a version of the size and, where it shrinks, of each sector that
// was cut and held something.
func (x *expander) resize(e Event, at int32) {
	n := x.live.edit(e.Ino)
	oldSize := n.size
	tied := x.profile.TruncateOrdered
	x.begin(at)
	x.setSize(e.Ino, e.Off, oldSize)
	if tied {
		x.needMeta()
	} else {
		x.end()
	}
	end := min(oldSize, n.pageCount()*pageBytes)
	for s := e.Off / x.unit; s*x.unit < end; s++ {
		x.cutSector(n, e, s, at, tied, oldSize)
	}
	if tied {
		x.end()
	}
	x.live.resize(e.Ino, e.Off)
}

func (x *expander) cutSector(n *node, e Event, sector int64, at int32, tied bool, oldSize int64) {
	from := sector * x.unit
	if !n.hasData(from, from+x.unit) {
		return
	}
	before := make([]byte, x.unit)
	n.readAt(before, from)
	var after []byte
	if from < e.Off {
		after = slices.Clone(before)
		clear(after[e.Off-from:])
	}
	if !tied {
		x.begin(at)
	}
	x.setSector(e, sector, before, after, oldSize)
	if !tied {
		x.end()
	}
}

// nameChange is a name in a directory and what it comes to mean, 0 for nothing.
type nameChange struct {
	dir  Ino
	name string
	ino  Ino
	over bool // what it meant is replaced, not moved elsewhere
}

// renamePair makes the effects of two names that change together: one, or one
// for each where the profile splits them. A directory is never split off: one
// with two parents, or a ring of them, is what no file system leaves.
func (x *expander) renamePair(at int32, pair ...nameChange) {
	split := x.profile.SplitRename
	for _, c := range pair {
		split = split && (c.ino == 0 || !x.live.at(c.ino).isDir)
	}
	if !split {
		x.rename(at, pair...)
		return
	}
	for _, c := range pair {
		if c.ino != 0 {
			x.live.edit(c.ino).shared = true
		}
	}
	for _, c := range pair {
		x.rename(at, c)
	}
}

// rename makes one effect of changes of names.
func (x *expander) rename(at int32, changes ...nameChange) {
	x.begin(at)
	x.needMeta()
	for _, c := range changes {
		if x.profile.RenameFlushes && c.over && x.live.lookup(c.dir, c.name) != 0 {
			for _, id := range x.file(c.ino).pending {
				x.need(id)
			}
		}
		x.setName(c)
	}
	x.end()
}

// needMeta makes the effect that is being made the newest change of metadata,
// and puts it behind the others where the profile keeps their order.
func (x *expander) needMeta() {
	if x.profile.NamesOrdered && x.meta >= 0 {
		x.need(x.meta)
	}
	x.meta = EffectID(len(x.effects) - 1)
	if x.profile.SyncOlder == OlderAll {
		x.metas = append(x.metas, x.meta)
	}
}

// finish orders what comes after an event behind it, where the profile does.
func (x *expander) finish(first int, e Event) {
	if e.Kind != EventWrite || !x.profile.AppendOrdered && !x.profile.OverwriteOrdered {
		return
	}
	grows := false
	for _, c := range x.changes[x.effects[len(x.effects)-1].changes.from:] {
		grows = grows || c.kind == sizeCell
	}
	if grows && !x.profile.AppendOrdered || !grows && !x.profile.OverwriteOrdered {
		return
	}
	x.barrier = x.barrier[:0]
	for id := first; id < len(x.effects); id++ {
		x.barrier = append(x.barrier, EffectID(id))
	}
}
