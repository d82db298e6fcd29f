package faultfs

import "fmt"

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
	delta   Digest
	// abandoned: a sync of it failed, so that no later one forces it.
	abandoned bool
}

// never is the time of what did not happen.
const never = int32(1<<31 - 1)

// span is a part of a slice.
type span struct{ from, to int32 }

func (s span) len() int { return int(s.to - s.from) }

// cellKind is what a cell holds.
type cellKind uint8

const (
	sectorCell cellKind = iota + 1
	sizeCell
	nameCell
)

// change is one cell's new version.
type change struct {
	kind   cellKind
	shared bool  // the inode may have several names
	ino    Ino   // file of a sector or size, directory of a name
	prev   int32 // the cell's version before, -1 for the journal's base
	sector int64
	data   []byte // content of a sector; nil is zeros
	// oldSize is the file's size before the event: bytes of a lost sector behind
	// it were never on the disk.
	oldSize int64
	size    int64
	name    string
	target  Ino
}

// EffectInfo describes an effect to a reader.
type EffectInfo struct {
	ID EffectID
	// Event is the number of the event that made it.
	Event int
	// Forced is the number of the sync that forced it; -1 if none did.
	Forced int
	// What tells the cells and their new versions.
	What string
}

// Effect describes the effect with number id.
func (s *Space) Effect(id EffectID) EffectInfo {
	e := s.effects[id]
	info := EffectInfo{ID: id, Event: int(e.event), Forced: int(e.forced)}
	if e.forced == never {
		info.Forced = -1
	}
	for i, c := range s.changes[e.changes.from:e.changes.to] {
		if i > 0 {
			info.What += ", "
		}
		info.What += s.describe(c, e)
	}
	return info
}

func (s *Space) describe(c change, e effect) string {
	path := s.journal.Events[e.event].Path
	switch {
	case c.kind == sectorCell && c.data == nil:
		return fmt.Sprintf("%s bytes %d-%d zeroed", path, c.sector*s.unit, (c.sector+1)*s.unit-1)
	case c.kind == sectorCell:
		return fmt.Sprintf("%s bytes %d-%d", path, c.sector*s.unit, (c.sector+1)*s.unit-1)
	case c.kind == sizeCell:
		return fmt.Sprintf("%s size %d to %d", path, c.oldSize, c.size)
	case c.target == 0:
		return fmt.Sprintf("name %q gone", c.name)
	}
	return fmt.Sprintf("name %q is inode %d", c.name, c.target)
}
