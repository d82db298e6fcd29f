package crash

import "github.com/ackproof/ackproof/faultfs/internal/tree"

// before returns the cell's version that c replaced.
func (s *Space) before(c change) change {
	if c.prev >= 0 {
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
		c.data = nil
		if s.inBase(c.ino) && base.Inode(c.ino).HasData(off, off+s.unit) {
			c.data = make([]byte, s.unit)
			base.Inode(c.ino).ReadAt(c.data, off)
		}
	}
	return c
}
