package crash

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/journal"
)

// joined reports whether a crash cannot part a sector from the one before it: in a
// new block, of which a reader sees all or nothing.
func (x *expander) joined(sector, oldSize int64) bool {
	from := sector * x.unit
	return x.profile.SizeBeforeData == SizeInNewBlocks && from > blockEnd(oldSize) && from%tree.PageBytes != 0
}

// blockEnd is where the block ends that a file of this size ends in.
func blockEnd(size int64) int64 {
	return (size + tree.PageBytes - 1) / tree.PageBytes * tree.PageBytes
}

// sizeStep is the unit in which a size may grow on the disk: whole blocks where
// it follows the data, sectors where nothing is promised.
func (x *expander) sizeStep() int64 {
	if x.profile.SizeBeforeData == SizeAnywhere {
		return x.unit
	}
	return tree.PageBytes
}

// needData makes the effect that is being made, a size that grows from size to
// next, need the data that must precede it.
func (x *expander) needData(first EffectID, parts []part, size, next, oldSize int64) {
	from := size
	switch x.profile.SizeBeforeData {
	case SizeAnywhere, SizeInNewBlocks:
		return
	case SizeInTailBlock:
		// The block that ended the file is allocated: its size does not wait.
		from = max(from, blockEnd(oldSize))
	}
	for i := partAt(parts, from/x.unit); i < len(parts) && parts[i].from*x.unit < next; i++ {
		x.need(first + EffectID(i))
	}
}

// needMeta makes the effect that is being made the newest change of metadata on the
// inode's device, and puts it behind the others where the profile keeps their order.
func (x *expander) needMeta(ino tree.Ino) {
	o := x.orderOf(ino)
	if x.profile.NamesOrdered == NamesInOrder && o.meta >= 0 {
		x.need(o.meta)
	}
	o.meta = x.newest()
	if x.profile.SyncOlder == OlderAll {
		o.metas = append(o.metas, o.meta)
	}
}

// needOlder puts the effect that is being made, the removal of a name, behind the
// older changes of names in its directory. Those before the last removal come with it.
func (x *expander) needOlder(dir tree.Ino) {
	d := x.file(dir)
	for _, id := range slices.Backward(d.inDir) {
		if id < d.removal {
			break
		}
		x.need(id)
	}
	d.removal = x.newest()
}

// needFlushed makes the effect that is being made, a rename over a file, need what it
// flushes of the new one.
func (x *expander) needFlushed(ino tree.Ino) {
	for _, id := range x.file(ino).pending {
		isSize := x.changeOf(id).kind == sizeCell
		if x.profile.RenameFlushes == RenameFlushesAll || x.profile.RenameFlushes == RenameFlushesSize && isSize {
			x.need(id)
		}
	}
}

// setBarrier makes all later effects on the device follow those of an event, where the profile
// does.
func (x *expander) setBarrier(first int, e journal.Event) {
	if e.Kind != journal.EventWrite || !x.profile.AppendOrdered && !x.profile.OverwriteOrdered {
		return
	}
	grows := false
	for _, c := range x.changes[x.effects[len(x.effects)-1].changes.from:] {
		grows = grows || c.kind == sizeCell
	}
	if grows && !x.profile.AppendOrdered || !grows && !x.profile.OverwriteOrdered {
		return
	}
	o := x.orderOf(e.Ino)
	o.barrier = o.barrier[:0]
	for id := first; id < len(x.effects); id++ {
		o.barrier = append(o.barrier, EffectID(id))
	}
}
