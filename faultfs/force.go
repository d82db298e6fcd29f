package faultfs

// forcesAny tells whether the sync e would force anything.
func (x *expander) forcesAny(e Event) bool {
	for _, id := range x.covered(e) {
		if x.effects[id].forced == never {
			return true
		}
	}
	return false
}

// covered returns the effects that the sync e forces by itself.
func (x *expander) covered(e Event) []EffectID {
	f := x.file(e.Ino)
	var out []EffectID
	if x.live.at(e.Ino).isDir {
		out = append(out, f.inDir...)
	} else {
		out = append(out, f.pending...)
	}
	if x.profile.SyncNewName && !f.durable || x.profile.SyncOlder == OlderDependent {
		out = append(out, f.named...)
	}
	return append(out, x.metas...)
}

// sync forces what the sync e covers and what must precede that.
func (x *expander) sync(e Event, at int32) {
	for _, id := range x.covered(e) {
		x.force(id, at)
	}
	f := x.file(e.Ino)
	f.pending, f.inDir = x.unforced(f.pending), x.unforced(f.inDir)
	f.named, x.metas = x.unforced(f.named), x.unforced(x.metas)
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

// point notes a crash point before the event at time, if anything changed since
// the last one: what is pending, what is forced, or what the history promised.
func (x *expander) point(time int) {
	rank := x.rankOf(time)
	same := !x.forcedAny && !x.ended && x.seen == EffectID(len(x.effects))
	if len(x.points) > 0 && same {
		return
	}
	for x.oldest < int32(len(x.effects)) && x.effects[x.oldest].forced != never {
		x.oldest++
	}
	p := point{
		time: int32(time), rank: rank, allKey: x.allKey, forcedKey: x.forcedKey,
		count: int32(len(x.effects)), pending: x.pending, oldest: x.oldest,
	}
	p.all, p.forced = x.snapshots()
	x.points = append(x.points, p)
	x.forcedAny, x.chmods, x.ended, x.seen = false, false, false, EffectID(len(x.effects))
}

// lastPoint notes a crash point at the journal's end, though nothing may have
// changed since the last one: whoever ends a life crashes there.
func (x *expander) lastPoint() {
	end := int32(len(x.journal.Events))
	if x.point(int(end)); x.points[len(x.points)-1].time == end {
		return
	}
	last := x.points[len(x.points)-1]
	last.time, last.rank = end, rankOther
	x.points = append(x.points, last)
}

// The ranks of points, best first.
const (
	rankReturned int8 = iota
	rankSynced
	rankOther
)

func (x *expander) rankOf(time int) int8 {
	if time == 0 {
		return rankSynced
	}
	switch before := x.journal.Events[time-1]; {
	case before.Kind == EventReturn || before.Kind == EventKill:
		return rankReturned
	case before.isSync():
		return rankSynced
	}
	return rankOther
}

// snapshots freezes both trees, sharing those of the last point that are the
// same still.
func (x *expander) snapshots() (all, forced *tree) {
	if k := len(x.points); k > 0 && !x.chmods {
		last := x.points[k-1]
		if x.seen == EffectID(len(x.effects)) {
			all = last.all
		}
		if !x.forcedAny && len(last.forced.nodes) == len(x.durable.nodes) {
			forced = last.forced
		}
	}
	if all == nil {
		x.live.settle()
		all = x.live.freeze()
	}
	if forced == nil {
		x.durable.checkRagged()
		x.durable.settle()
		forced = x.durable.freeze()
	}
	return all, forced
}

// apply gives the cell its version in a tree. Bytes may come to lie past the size.
func (c change) apply(t *tree, unit int64) {
	switch c.kind {
	case nameCell:
		t.setName(c.ino, c.name, c.target)
		if c.shared {
			t.edit(c.target).shared = true
		}
	case sizeCell:
		n := t.edit(c.ino)
		n.ragged = n.ragged || c.size < n.size
		n.size = c.size
	case sectorCell:
		n := t.edit(c.ino)
		n.ragged = n.ragged || (c.sector+1)*unit > n.size
		n.setSector(c.sector*unit, unit, c.data)
	}
}
