package crash

import (
	"cmp"
	"slices"

	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/internal/digest"
)

// runBytesMax is how much of a run of zeros is one effect. A crash may lose each
// such part by itself.
const runBytesMax = 256 << 10

// sectorSpan is the sectors of a file from one on, before another.
type sectorSpan struct{ from, to int64 }

// part is the sectors [from, to) that one effect of a write or of a cut gives a version:
// one of them, or, if zeros, whole pages that held zeros before and do so after. So an
// engine that fills a segment with zeros makes hundreds of effects, not as many as the
// segment has sectors.
type part struct {
	from, to int64
	zeros    bool
}

// partFrom returns the part that begins with a sector; zeros reports whether a page is
// zeros after the change.
func (x *expander) partFrom(ino tree.Ino, sector int64, zeros func(page int64) bool) part {
	p := part{from: sector, to: sector + 1}
	perPage := tree.PageBytes / x.unit
	if sector%perPage != 0 {
		return p
	}
	for page := sector / perPage; zeros(page) && x.zerosBefore(ino, page); page++ {
		p.to, p.zeros = (page+1)*perPage, true
		if p.to*x.unit%runBytesMax == 0 {
			break
		}
	}
	return p
}

// zerosBefore reports whether a page is zeros, and never was anything else that a crash
// may bring back.
func (x *expander) zerosBefore(ino tree.Ino, page int64) bool {
	n := x.live.Inode(ino)
	if pg := n.Page(page); pg != nil && !tree.IsZero(pg[:]) || n.HasUnreadable(page*tree.PageBytes, (page+1)*tree.PageBytes) {
		return false
	}
	for s := page * tree.PageBytes / x.unit; s*x.unit < (page+1)*tree.PageBytes; s++ {
		if _, ok := x.sectors[sectorKey{ino, s}]; ok {
			return false
		}
	}
	return true
}

// writeParts returns the parts of a write, in order.
func (x *expander) writeParts(e journal.Event) []part {
	zeros := func(page int64) bool {
		from := page*tree.PageBytes - e.Off
		return from >= 0 && from+tree.PageBytes <= int64(len(e.Data)) && tree.IsZero(e.Data[from:from+tree.PageBytes])
	}
	var out []part
	for s := e.Off / x.unit; s*x.unit < e.Off+int64(len(e.Data)); s = out[len(out)-1].to {
		out = append(out, x.partFrom(e.Ino, s, zeros))
	}
	return out
}

// cutParts returns those parts of some sectors of a file that shrinks to e.Off which held
// something.
func (x *expander) cutParts(n *tree.Node, e journal.Event, cut sectorSpan) []part {
	end := cut.to * x.unit
	zeros := func(page int64) bool {
		return page*tree.PageBytes >= e.Off && page*tree.PageBytes < end && n.Page(page) != nil
	}
	var out []part
	for off := n.NextData(cut.from * x.unit); off < end; off = n.NextData(out[len(out)-1].to * x.unit) {
		out = append(out, x.partFrom(e.Ino, off/x.unit, zeros))
	}
	return out
}

// partAt returns the number of the first part that does not end before a sector.
func partAt(parts []part, sector int64) int {
	i, _ := slices.BinarySearchFunc(parts, sector, func(p part, sector int64) int { return cmp.Compare(p.to-1, sector) })
	return i
}

// zerosUpTo returns the sector behind the run of zeros that holds the given one, 0 if
// none does.
func zerosUpTo(parts []part, sector int64) int64 {
	if i := partAt(parts, sector); i < len(parts) && parts[i].zeros && parts[i].from <= sector {
		return parts[i].to
	}
	return 0
}

// setZeros gives a run of zeros its version. It changes no content, but a crash may
// show something else where it was lost, and versions that come later need it.
func (x *expander) setZeros(ino tree.Ino, p part, oldSize int64) {
	key := func(sector int64) sectorKey { return sectorKey{ino, sector * x.unit / tree.PageBytes} }
	last, ok := x.runs[key(p.from)]
	if !ok || x.changes[last].sector != p.from {
		last = -1
	}
	at := x.addChange(change{kind: sectorCell, ino: ino, sector: p.from, sectors: p.to - p.from, oldSize: oldSize}, last, digest.Digest{})
	for s := p.from; s < p.to; s += tree.PageBytes / x.unit {
		if prev, ok := x.runs[key(s)]; ok && prev != last {
			x.needOwner(prev)
			last = prev
		}
		x.runs[key(s)] = at
	}
	x.markPending(ino)
}
