package crash

import (
	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/internal/digest"
)

// EffectID numbers an effect within a [Space]. Numbers grow with time, and an
// effect comes after all that must precede it.
type EffectID int32

// effect is a new version of one cell, or of cells that a crash cannot part: the
// smallest thing that is kept or lost.
type effect struct {
	event   int32 // the event that made it
	forced  int32 // the sync that forced it; never if none did
	changes span  // in Space.changes
	needs   span  // in Space.needs: effects that must be durable before this one
	delta   digest.Digest
	// abandoned: a sync of it failed, so that no later one forces it.
	abandoned bool
}

// never is the time of what did not happen.
const never = int32(1<<31 - 1)

type span struct{ from, to int32 }

func (s span) len() int { return int(s.to - s.from) }

type cellKind uint8

const (
	sectorCell cellKind = iota + 1
	sizeCell
	nameCell
)

// change is one cell's new version.
type change struct {
	kind   cellKind
	shared bool     // the inode may have several names
	ino    tree.Ino // file of a sector or size, directory of a name
	prev   int32    // the cell's version before, -1 for the journal's base
	owner  EffectID // the effect that it belongs to
	sector int64
	// sectors is how many sectors a run of zeros has, 0 for one sector. They held zeros
	// before as well.
	sectors int64
	data    []byte // content of a sector; nil is zeros
	// spoiled has the parts of the sector that cannot be read; nil if all can.
	spoiled *tree.Node
	// oldSize is the file's size before the event: bytes of a lost sector behind
	// it were never on the disk.
	oldSize int64
	size    int64
	name    string
	target  tree.Ino
}

// end returns the offset behind a sector or a run of them.
func (c change) end(unit int64) int64 { return (c.sector + max(c.sectors, 1)) * unit }

// EffectInfo describes an effect to a reader.
type EffectInfo struct {
	// ID is its number in the space.
	ID EffectID
	// Event is the number of the event that made it.
	Event int
	// Forced is the number of the sync that forced it; -1 if none did.
	Forced int
	// What names the cells and their new versions, each of those of a file after File,
	// which is its path, abbreviated if it is long.
	What, File string
}

// apply gives the cell its version in a tree. Bytes may come to lie past the size.
func (c change) apply(t *tree.Tree, unit int64) {
	switch c.kind {
	case nameCell:
		t.SetName(c.ino, c.name, c.target)
		if c.shared {
			t.Edit(c.target).Shared = true
		}
	case sizeCell:
		n := t.Edit(c.ino)
		n.PastSize = n.PastSize || c.size < n.Size
		n.Size = c.size
	case sectorCell:
		n := t.Edit(c.ino)
		n.PastSize = n.PastSize || c.end(unit) > n.Size
		if c.sectors > 0 {
			n.FillHoles(c.sector*unit, c.end(unit))
		} else {
			n.SetSector(c.sector*unit, unit, c.data)
		}
		if c.spoiled != nil {
			n.CopyUnreadable(c.spoiled, c.sector*unit, c.end(unit))
		}
	}
}

// sectorHash, sizeHash and nameHash are what a cell's content adds to the key of
// a state.
func sectorHash(ino tree.Ino, sector int64, data []byte) digest.Digest {
	if tree.IsZero(data) {
		return digest.Digest{}
	}
	return digest.HashBytes(data, uint64(ino), uint64(sector))
}

// spoiledHash is what a sector that cannot be read adds.
func spoiledHash(ino tree.Ino, sector int64) digest.Digest {
	return digest.HashWords(uint64(sectorCell), uint64(ino), uint64(sector))
}

func sizeHash(ino tree.Ino, size int64) digest.Digest {
	return digest.HashWords(uint64(sizeCell), uint64(ino), uint64(size))
}

func nameHash(dir tree.Ino, name string, ino tree.Ino) digest.Digest {
	if ino == 0 {
		return digest.Digest{}
	}
	return digest.HashBytes([]byte(name), uint64(dir), uint64(ino)|uint64(nameCell)<<32)
}
