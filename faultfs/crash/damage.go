package crash

import (
	"encoding/binary"
	"math/bits"
	"slices"

	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/internal/digest"
)

// gap is bytes of a file that lie under a durable size without ever having been
// written to the disk.
type gap struct {
	ino      tree.Ino
	from, to int64
	change   int32 // the lost version
}

// damage lays torn sectors and fill over an image that is being made.
func (s *Space) damage(t *tree.Tree, p point, c State) {
	if c.Fill != FillZero {
		for _, g := range s.gaps(t, p, c) {
			data := make([]byte, g.to-g.from)
			s.fill(data, c.Fill, p, g)
			t.Edit(g.ino).WriteAt(data, g.from)
		}
	}
	for _, tear := range c.Torn {
		if tear.Damage == NoDamage {
			s.tear(t, tear)
		} else {
			s.spoil(t, tear)
		}
	}
}

// spoil damages the physical sector in which a lost one lies.
func (s *Space) spoil(t *tree.Tree, tear Tear) {
	ch := s.changeOf(tear.Effect)
	n := t.Edit(ch.ino)
	n.PastSize = true
	size := s.profile.physical()
	off := ch.sector * s.unit / size * size
	if tear.Damage == DamageUnreadable {
		n.Spoil(off, off+size)
		return
	}
	data := make([]byte, size)
	garbage(data, uint64(ch.ino), uint64(off))
	n.WriteAt(data, off)
}

// tear gives a lost sector the bytes that a crash kept of it.
func (s *Space) tear(t *tree.Tree, tear Tear) {
	ch := s.changeOf(tear.Effect)
	n := t.Edit(ch.ino)
	n.PastSize = true
	off := ch.sector * s.unit
	data := make([]byte, s.unit)
	copy(data, ch.data)
	from, to := int64(0), int64(tear.Bytes)
	if tear.Bytes < 0 {
		from, to = s.unit+to, s.unit
	}
	n.WriteAt(data[from:to], off+from)
	if s.profile.NoPowersafeOverwrite {
		garbage(data, uint64(ch.ino), uint64(off))
		n.WriteAt(data[:from], off)
		n.WriteAt(data[to:], off+to)
	}
}

// gaps returns the bytes that were lost from under a durable size.
func (s *Space) gaps(t *tree.Tree, p point, c State) []gap {
	lost := s.lost(p, c)
	isLost := func(id EffectID) bool {
		_, ok := slices.BinarySearch(lost, id)
		return ok
	}
	var out []gap
	for _, id := range lost {
		e := &s.effects[id]
		for ci := e.changes.from; ci < e.changes.to; ci++ {
			ch := &s.changes[ci]
			if !s.mayLeaveGap(ch, isLost) {
				continue
			}
			from := max(ch.oldSize, ch.sector*s.unit)
			to := min(t.Inode(ch.ino).Size, ch.end(s.unit), from/tree.PageBytes*tree.PageBytes+tree.PageBytes)
			if from < to {
				out = append(out, gap{ch.ino, from, to, ci})
			}
		}
	}
	return out
}

// mayLeaveGap reports whether a lost change leaves a gap if a size behind its bytes is
// kept: the file did not have all of them before, and no older version of the sector is
// lost. Which changes do so, and what is kept, decide on all gaps of a state.
func (s *Space) mayLeaveGap(c *change, lost func(EffectID) bool) bool {
	if c.kind != sectorCell || c.oldSize >= c.end(s.unit) {
		return false
	}
	return c.prev < 0 || s.changes[c.prev].sector != c.sector || !lost(s.changes[c.prev].owner)
}

func (s *Space) fill(data []byte, f Fill, p point, g gap) {
	if f == FillStale && s.stale(data, p, g) {
		return
	}
	garbage(data, uint64(g.ino), uint64(g.from))
}

// stale finds bytes that the disk held before the crash and that a new block may
// show: what was cut from this place, or else what stands at the same place of a
// file whose last name is gone, the newest first. A whole record of an older
// time is what a reader is most likely to believe.
func (s *Space) stale(data []byte, p point, g gap) bool {
	for c := s.changes[g.change]; ; c = s.changes[c.prev] {
		if old := s.before(c).data; old != nil {
			copy(data, old[g.from%s.unit:])
			return !tree.IsZero(data)
		}
		if c.prev < 0 {
			break
		}
	}
	live := make([]bool, len(p.all.Nodes))
	p.all.Walk(func(_ string, ino tree.Ino, _ *tree.Node) { live[ino] = true })
	for ino := len(p.all.Nodes) - 1; ino > int(tree.RootIno); ino-- {
		if live[ino] {
			continue
		}
		if p.all.Inode(tree.Ino(ino)).ReadAt(data, g.from); !tree.IsZero(data) {
			return true
		}
	}
	return false
}

// garbage fills data with bytes that look like nothing and are always the same
// at one place.
func garbage(data []byte, ino, off uint64) {
	x := digest.Mix(ino, off) | 1
	var word [8]byte
	for len(data) > 0 {
		x = bits.RotateLeft64(x*0x9e3779b97f4a7c15, 29) ^ 0xbf58476d1ce4e5b9
		binary.LittleEndian.PutUint64(word[:], x)
		data = data[copy(data, word[:]):]
	}
}
