package faultfs

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
