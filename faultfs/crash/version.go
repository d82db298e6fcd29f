package crash

import "github.com/ackproof/ackproof/faultfs/internal/tree"

// before returns the cell's version that c replaced.
func (s *Space) before(c change) change {
	if c.prev >= 0 && s.changes[c.prev].sectors == 0 {
		return s.changes[c.prev]
	}
	base := tree.Of(s.journal.Base)
	switch c.kind {
	case sizeCell:
		c.size = s.baseSize(c.ino)
	case nameCell:
		c.target = 0
		if s.inBase(c.ino) {
			c.target = base.Lookup(c.ino, c.name)
		}
		c.shared = c.target != 0 && base.Inode(c.target).Shared
	case sectorCell:
		off := c.sector * s.unit
		c.data, c.spoiled = nil, nil
		if c.prev >= 0 {
			break // zeros, as before a run of them
		}
		c.spoiled = s.spoiled(c.ino, c.sector)
		if s.inBase(c.ino) && base.Inode(c.ino).HasData(off, off+s.unit) {
			c.data = make([]byte, s.unit)
			base.Inode(c.ino).ReadAt(c.data, off)
		}
	}
	return c
}

// spoiled returns the file as it is at the journal's start, if a part of the sector
// cannot be read there.
func (s *Space) spoiled(ino tree.Ino, sector int64) *tree.Node {
	if !s.inBase(ino) {
		return nil
	}
	n := tree.Of(s.journal.Base).Inode(ino)
	if !n.HasUnreadable(sector*s.unit, (sector+1)*s.unit) {
		return nil
	}
	return n
}
