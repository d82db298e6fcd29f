package faultfs

import "slices"

// Space is every crash state of one journal under one profile. It never changes
// after it was made and may be used by many goroutines.
type Space struct {
	journal *Journal
	profile Profile
	unit    int64 // tear unit in bytes
	effects []effect
	changes []change
	needs   []EffectID
	points  []point
}

// point is a place in the journal at which a crash is worth a look: the next
// event is a mark, a sync that forces something, or none. Any other crash leaves
// what a crash at the next such point can leave too.
type point struct {
	time int32 // events that happened before
	// rank is lower for points that known bugs favour: right after a call
	// returned, then right after a sync.
	rank      int8
	all       *tree // everything kept
	forced    *tree // everything that is not forced lost
	allKey    Digest
	forcedKey Digest
	count     int32 // effects of those events
	pending   int32 // those of them that may be kept or lost
	oldest    int32 // the oldest of these
}

// Space expands the journal under a profile.
func (j *Journal) Space(profile Profile) *Space {
	x := &expander{
		Space:   &Space{journal: j, profile: profile, unit: profile.unit()},
		live:    j.Base.tree.thaw(),
		durable: j.Base.tree.thaw(),
		sectors: map[sectorKey]int32{},
		names:   map[nameKey]int32{},
		files:   map[Ino]*fileState{},
		meta:    -1,
	}
	x.expand()
	return x.Space
}

// inBase tells whether the inode is older than the journal.
func (s *Space) inBase(ino Ino) bool { return int(ino) < len(s.journal.Base.tree.nodes) }

// baseSize returns a file's size at the journal's start.
func (s *Space) baseSize(ino Ino) int64 {
	if !s.inBase(ino) {
		return 0
	}
	return s.journal.Base.tree.at(ino).size
}

// Profile returns the profile of the space.
func (s *Space) Profile() Profile { return s.profile }

// Journal returns the journal of the space.
func (s *Space) Journal() *Journal { return s.journal }

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
		x.rename(at, nameChange{e.Dir, baseName(e.Path), e.Ino})
	case EventLink:
		x.live.edit(e.Ino).shared = true
		x.rename(at, nameChange{e.ToDir, baseName(e.ToPath), e.Ino})
	case EventRemove:
		x.rename(at, nameChange{e.Dir, baseName(e.Path), 0})
	case EventRename:
		to := nameChange{e.ToDir, baseName(e.ToPath), e.Ino}
		from := nameChange{e.Dir, baseName(e.Path), 0}
		// A directory is never split off: one with two parents, or a ring of
		// them, is what no file system leaves.
		if x.profile.SplitRename && !x.live.at(e.Ino).isDir {
			x.live.edit(e.Ino).shared = true
			x.rename(at, to)
			x.rename(at, from)
		} else {
			x.rename(at, to, from)
		}
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
	end := min(oldSize, int64(len(n.chunks))*chunkBytes)
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
}

// rename makes one effect of changes of names.
func (x *expander) rename(at int32, changes ...nameChange) {
	x.begin(at)
	x.needMeta()
	for _, c := range changes {
		if x.profile.RenameFlushes && c.ino != 0 && x.live.lookup(c.dir, c.name) != 0 {
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

// begin starts an effect; end completes it.
func (x *expander) begin(at int32) {
	c, n := int32(len(x.changes)), int32(len(x.needs))
	x.effects = append(x.effects, effect{event: at, forced: never, changes: span{c, c}, needs: span{n, n}})
	for _, id := range x.barrier {
		x.need(id)
	}
}

func (x *expander) end() {
	e := &x.effects[len(x.effects)-1]
	e.changes.to, e.needs.to = int32(len(x.changes)), int32(len(x.needs))
	x.allKey = x.allKey.Add(e.delta)
	x.pending++
}

// need makes the newest effect need id.
func (x *expander) need(id EffectID) {
	if x.effects[id].forced == never {
		x.needs = append(x.needs, id)
	}
}

// chain adds a version of a cell to the newest effect and returns its number.
func (x *expander) chain(c change, prev int32, delta Digest) int32 {
	id := int32(len(x.effects) - 1)
	c.prev = prev
	if prev >= 0 && x.owners[prev] != id {
		x.need(EffectID(x.owners[prev]))
	}
	x.changes = append(x.changes, c)
	x.owners = append(x.owners, id)
	e := &x.effects[id]
	e.delta = e.delta.Add(delta)
	return int32(len(x.changes) - 1)
}

func (x *expander) setSector(e Event, sector int64, before, after []byte, oldSize int64) {
	key := sectorKey{e.Ino, sector}
	prev, ok := x.sectors[key]
	if !ok {
		prev = -1
	}
	delta := x.sectorHash(key, after).Sub(x.sectorHash(key, before))
	x.sectors[key] = x.chain(change{kind: sectorCell, ino: e.Ino, sector: sector, data: after, oldSize: oldSize}, prev, delta)
	x.pend(e.Ino)
}

func (x *expander) setSize(ino Ino, size, oldSize int64) {
	f := x.file(ino)
	was := x.baseSize(ino)
	if f.size >= 0 {
		was = x.changes[f.size].size
	}
	delta := sizeHash(ino, size).Sub(sizeHash(ino, was))
	f.size = x.chain(change{kind: sizeCell, ino: ino, size: size, oldSize: oldSize}, f.size, delta)
	x.pend(ino)
}

// pend notes that the newest effect is pending on ino's sync.
func (x *expander) pend(ino Ino) {
	f, id := x.file(ino), EffectID(len(x.effects)-1)
	if k := len(f.pending); k == 0 || f.pending[k-1] != id {
		f.pending = append(f.pending, id)
	}
}

func (x *expander) setName(c nameChange) {
	key := nameKey{c.dir, c.name}
	prev, ok := x.names[key]
	if !ok {
		prev = -1
	}
	was := x.live.lookup(c.dir, c.name)
	delta := nameHash(c.dir, c.name, c.ino).Sub(nameHash(c.dir, c.name, was))
	shared := c.ino != 0 && x.live.at(c.ino).shared
	x.names[key] = x.chain(change{kind: nameCell, ino: c.dir, name: c.name, target: c.ino, shared: shared}, prev, delta)
	x.live.setName(c.dir, c.name, c.ino)
	id := EffectID(len(x.effects) - 1)
	dir := x.file(c.dir)
	dir.inDir = append(dir.inDir, id)
	if c.ino != 0 {
		f := x.file(c.ino)
		f.named = append(f.named, id)
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

func (x *expander) sectorHash(key sectorKey, data []byte) Digest {
	if isZero(data) {
		return Digest{}
	}
	return hashBytes(data, uint64(key.ino), uint64(key.sector))
}

func sizeHash(ino Ino, size int64) Digest {
	return hashWords(uint64(sizeCell), uint64(ino), uint64(size))
}

func nameHash(dir Ino, name string, ino Ino) Digest {
	if ino == 0 {
		return Digest{}
	}
	return hashBytes([]byte(name), uint64(dir), uint64(ino)|uint64(nameCell)<<32)
}

func isZero(data []byte) bool {
	for len(data) >= pageBytes {
		if [pageBytes]byte(data) != zeroPage {
			return false
		}
		data = data[pageBytes:]
	}
	for len(data) >= 512 {
		if [512]byte(data) != [512]byte{} {
			return false
		}
		data = data[512:]
	}
	for _, b := range data {
		if b != 0 {
			return false
		}
	}
	return true
}
