package crash

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/journal"
)

// resize makes a version of the size and, where it shrinks, of each sector that
// was cut and held something. The tail is cut from the block in which the file now
// ends: a kernel zeroes it in place. The rest are whole blocks, which it gives back.
func (x *expander) resize(e journal.Event, at int32) {
	n := x.live.Edit(e.Ino)
	oldSize := n.Size
	tail, rest := x.cutSectors(n, e.Off)
	zeroed := EffectID(len(x.effects))
	if x.profile.TruncatedTail != TailWithSize {
		x.cutApart(n, e, at, tail)
	}
	zeroedEnd := EffectID(len(x.effects))
	if !x.profile.TruncateOrdered {
		x.cutApart(n, e, at, rest)
	}
	x.beginEffect(at, e.Ino)
	x.setSize(e.Ino, e.Off, oldSize)
	switch x.profile.TruncatedTail {
	case TailBeforeSize:
		for id := zeroed; id < zeroedEnd; id++ {
			x.need(id)
		}
	case TailWithSize:
		x.cut(n, e, tail)
	}
	if x.profile.TruncateOrdered {
		x.needMeta(e.Ino)
		x.cut(n, e, rest)
	}
	x.endEffect()
	x.live.Resize(e.Ino, e.Off)
}

// cutSectors returns the sectors that a cut to size leaves in the last block, and
// those behind it: none if the file grows, within its last sector too.
func (x *expander) cutSectors(n *tree.Node, size int64) (tail, rest sectorSpan) {
	if size >= n.Size {
		return sectorSpan{}, sectorSpan{}
	}
	end := (min(n.Size, n.PageCount()*tree.PageBytes) + x.unit - 1) / x.unit
	from := min(size/x.unit, end)
	block := min(blockEnd(size)/x.unit, end)
	return sectorSpan{from, block}, sectorSpan{block, end}
}

// cutApart makes an effect of each part of the cut sectors.
func (x *expander) cutApart(n *tree.Node, e journal.Event, at int32, cut sectorSpan) {
	for _, p := range x.cutParts(n, e, cut) {
		x.beginEffect(at, e.Ino)
		x.cutPart(n, e, p)
		x.endEffect()
	}
}

// cut adds the cut sectors to the effect that is being made.
func (x *expander) cut(n *tree.Node, e journal.Event, cut sectorSpan) {
	for _, p := range x.cutParts(n, e, cut) {
		x.cutPart(n, e, p)
	}
}

func (x *expander) cutPart(n *tree.Node, e journal.Event, p part) {
	if p.zeros {
		x.setZeros(e.Ino, p, n.Size)
		return
	}
	from := p.from * x.unit
	before := make([]byte, x.unit)
	n.ReadAt(before, from)
	var after []byte
	if from < e.Off {
		after = slices.Clone(before)
		clear(after[e.Off-from:])
	}
	x.setSector(e, p.from, before, after, n.Size)
}
