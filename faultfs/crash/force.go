package crash

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/journal"
)

func (x *expander) forcesAny(at int) bool {
	for _, id := range x.covered(at) {
		if x.effects[id].forced == never {
			return true
		}
	}
	return false
}

// covered returns the effects that the sync with this number forces by itself: those of
// events before it began.
func (x *expander) covered(at int) []EffectID {
	e := x.journal.Events[at]
	f := x.file(e.Ino)
	var out []EffectID
	if x.live.Inode(e.Ino).IsDir {
		out = append(out, f.inDir...)
	} else {
		out = append(out, f.pending...)
	}
	if x.profile.SyncNewName && !f.durable || x.profile.SyncOlder == OlderDependent {
		out = append(out, f.named...)
	}
	out = append(out, x.orderOf(e.Ino).metas...)
	if e.During == 0 {
		return out
	}
	return slices.DeleteFunc(out, func(id EffectID) bool { return int(x.effects[id].event) >= x.journal.Began(at) })
}

// sync forces what the sync e covers and what must precede that.
func (x *expander) sync(e journal.Event, at int32) {
	for _, id := range x.covered(int(at)) {
		x.force(id, at)
	}
	f, o := x.file(e.Ino), x.orderOf(e.Ino)
	f.pending, f.inDir = x.unforced(f.pending), x.unforced(f.inDir)
	f.named, o.metas = x.unforced(f.named), x.unforced(o.metas)
}

func (x *expander) unforced(ids []EffectID) []EffectID {
	out := ids[:0]
	for _, id := range ids {
		if x.effects[id].forced == never {
			out = append(out, id)
		}
	}
	return out
}

// force makes the effect durable, what it needs first, so that the durable tree
// sees the versions of a cell in their order.
func (x *expander) force(id EffectID, at int32) {
	e := &x.effects[id]
	if e.forced != never {
		return
	}
	e.forced = at
	for _, need := range x.needs[e.needs.from:e.needs.to] {
		if x.waits(id, need) {
			x.force(need, at)
		}
	}
	for _, c := range x.changes[e.changes.from:e.changes.to] {
		c.apply(x.durable, x.unit)
		if c.kind == nameCell && c.target != 0 {
			x.file(c.target).durable = true
		}
	}
	x.forcedKey = x.forcedKey.Add(e.delta)
	x.pending--
	x.forcedAny = true
}

// syncFailed takes from later syncs what the profile says that they no longer
// force.
func (x *expander) syncFailed(e journal.Event, at int) {
	f, began := x.file(e.Ino), int32(x.journal.Began(at))
	if x.live.Inode(e.Ino).IsDir || x.profile.SyncFailure.ChangesReads() {
		return
	}
	kept := f.pending[:0]
	for _, id := range f.pending {
		if x.effects[id].event >= began || x.profile.SyncFailure == fault.SyncFailureClean && x.changeOf(id).kind == sizeCell {
			kept = append(kept, id)
		} else {
			x.effects[id].abandoned = true
		}
	}
	f.pending = kept
}

// waits reports whether forcing an effect forces what it needs. Bytes whose write
// failed hold back nothing but newer bytes of their own sector, which contain
// them.
func (x *expander) waits(id, need EffectID) bool {
	if !x.effects[need].abandoned {
		return true
	}
	for _, c := range x.changesOf(id) {
		if c.prev >= 0 && x.changes[c.prev].owner == need {
			return true
		}
	}
	return false
}
