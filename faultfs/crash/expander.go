package crash

import (
	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/internal/digest"
)

// expander replays a journal and makes its effects.
type expander struct {
	*Space
	live    *tree.Tree // everything kept
	durable *tree.Tree // only what is forced
	sectors map[sectorKey]int32
	runs    map[sectorKey]int32 // by page: the newest run of zeros there
	names   map[nameKey]int32
	files   map[tree.Ino]*fileState

	devices tree.Devices
	orders  []*order // by device

	allKey    digest.Digest
	forcedKey digest.Digest
	pending   int32
	oldest    int32
	forcedAny bool // since the last point
	chmods    bool // since the last point
	ended     bool // a call returned, or its process, since the last point
	seen      EffectID
}

// order is what later effects on one device must follow: what happens on another is in
// no order with it.
type order struct {
	meta    EffectID   // newest change of names or truncation, -1 for none
	metas   []EffectID // those that are not forced, kept for OlderAll
	barrier []EffectID // effects that all later ones must follow
}

// orderOf returns the order on the device that the inode is on.
func (x *expander) orderOf(ino tree.Ino) *order { return x.orders[x.devices.Of(ino)] }

type sectorKey struct {
	ino    tree.Ino
	sector int64
}

type nameKey struct {
	dir  tree.Ino
	name string
}

// fileState is what the expander knows of one inode.
type fileState struct {
	size    int32      // newest version of the size, -1 for the base's
	pending []EffectID // bytes and sizes that are not forced
	named   []EffectID // names for it that are not forced
	inDir   []EffectID // names in it that are not forced
	removal EffectID   // newest removal of a name in it
	durable bool       // some name of it is durable
}

func (x *expander) file(ino tree.Ino) *fileState {
	f := x.files[ino]
	if f == nil {
		f = &fileState{size: -1, durable: x.inBase(ino)}
		x.files[ino] = f
	}
	return f
}

// nameChange is a name in a directory and what it comes to mean, 0 for nothing.
type nameChange struct {
	dir  tree.Ino
	name string
	ino  tree.Ino
	over bool // what it meant is replaced, not moved elsewhere
}

// beginEffect starts an effect on a file or in a directory; endEffect completes it.
func (x *expander) beginEffect(at int32, ino tree.Ino) {
	c, n := int32(len(x.changes)), int32(len(x.needs))
	x.effects = append(x.effects, effect{event: at, forced: never, changes: span{c, c}, needs: span{n, n}})
	for _, id := range x.orderOf(ino).barrier {
		x.need(id)
	}
}

func (x *expander) endEffect() {
	e := &x.effects[len(x.effects)-1]
	e.changes.to, e.needs.to = int32(len(x.changes)), int32(len(x.needs))
	x.allKey = x.allKey.Add(e.delta)
	x.pending++
}

func (x *expander) newest() EffectID { return EffectID(len(x.effects) - 1) }

// need makes the newest effect need id.
func (x *expander) need(id EffectID) {
	if x.effects[id].forced != never {
		return
	}
	if k := len(x.needs); k > int(x.effects[x.newest()].needs.from) && x.needs[k-1] == id {
		return
	}
	x.needs = append(x.needs, id)
}

// needOwner makes the newest effect need the one that a change belongs to.
func (x *expander) needOwner(change int32) {
	if id := x.changes[change].owner; id != x.newest() {
		x.need(id)
	}
}

// addChange adds a version of a cell to the newest effect and returns its number.
func (x *expander) addChange(c change, prev int32, delta digest.Digest) int32 {
	c.prev, c.owner = prev, x.newest()
	if prev >= 0 {
		x.needOwner(prev)
	}
	x.changes = append(x.changes, c)
	e := &x.effects[c.owner]
	e.delta = e.delta.Add(delta)
	return int32(len(x.changes) - 1)
}

func (x *expander) setSector(e journal.Event, sector int64, before, after []byte, oldSize int64) {
	key := sectorKey{e.Ino, sector}
	prev, ok := x.sectors[key]
	if !ok {
		if prev, ok = x.runs[sectorKey{e.Ino, sector * x.unit / tree.PageBytes}]; !ok {
			prev = -1
		}
	}
	delta := sectorHash(e.Ino, sector, after).Sub(sectorHash(e.Ino, sector, before))
	if !ok && x.spoiled(e.Ino, sector) != nil {
		delta = delta.Sub(spoiledHash(e.Ino, sector))
	}
	x.sectors[key] = x.addChange(change{kind: sectorCell, ino: e.Ino, sector: sector, data: after, oldSize: oldSize}, prev, delta)
	x.markPending(e.Ino)
}

func (x *expander) setSize(ino tree.Ino, size, oldSize int64) {
	f := x.file(ino)
	was := x.baseSize(ino)
	if f.size >= 0 {
		was = x.changes[f.size].size
	}
	delta := sizeHash(ino, size).Sub(sizeHash(ino, was))
	f.size = x.addChange(change{kind: sizeCell, ino: ino, size: size, oldSize: oldSize}, f.size, delta)
	x.markPending(ino)
}

// markPending notes that the newest effect is pending on ino's sync.
func (x *expander) markPending(ino tree.Ino) {
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
	was := x.live.Lookup(c.dir, c.name)
	delta := nameHash(c.dir, c.name, c.ino).Sub(nameHash(c.dir, c.name, was))
	shared := c.ino != 0 && x.live.Inode(c.ino).Shared
	x.names[key] = x.addChange(change{kind: nameCell, ino: c.dir, name: c.name, target: c.ino, shared: shared}, prev, delta)
	x.live.SetName(c.dir, c.name, c.ino)
	id := EffectID(len(x.effects) - 1)
	dir := x.file(c.dir)
	dir.inDir = append(dir.inDir, id)
	if c.ino != 0 {
		f := x.file(c.ino)
		f.named = append(f.named, id)
	}
}
