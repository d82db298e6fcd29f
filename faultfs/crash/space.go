package crash

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/internal/digest"
)

// Space is every crash state of one journal under one profile. It never changes
// after it was made and may be used by many goroutines.
type Space struct {
	journal *journal.Journal
	profile Profile
	unit    int64 // tear unit in bytes
	effects []effect
	changes []change
	needs   []EffectID
	points  []point
}

// point is a place in the journal at which a crash is worth a look: the next
// event is a mark, a sync that forces something, or none. Any other crash leaves
// what a crash at the next such point can leave too.
type point struct {
	time int32 // events that happened before
	// rank is lower for points that known bugs favour: right after a call
	// returned, then right after a sync.
	rank      int8
	all       *tree.Tree // everything kept
	forced    *tree.Tree // everything that is not forced lost
	allKey    digest.Digest
	forcedKey digest.Digest
	count     int32 // effects of those events
	pending   int32 // those of them that may be kept or lost
	oldest    int32 // the oldest of these
}

// inBase reports whether the inode is older than the journal.
func (s *Space) inBase(ino tree.Ino) bool { return int(ino) < len(tree.Of(s.journal.Base).Nodes) }

// baseSize returns a file's size at the journal's start.
func (s *Space) baseSize(ino tree.Ino) int64 {
	if !s.inBase(ino) {
		return 0
	}
	return tree.Of(s.journal.Base).Inode(ino).Size
}

// Profile returns the profile of the space.
func (s *Space) Profile() Profile { return s.profile }

// Journal returns the journal of the space.
func (s *Space) Journal() *journal.Journal { return s.journal }

// lost returns the pending effects that c loses, in ascending order.
func (s *Space) lost(p point, c State) []EffectID {
	if !c.Lost {
		return c.Except
	}
	return slices.DeleteFunc(s.pending(p, nil), func(id EffectID) bool {
		_, kept := slices.BinarySearch(c.Except, id)
		return kept
	})
}

// changeOf returns the first change of an effect.
func (s *Space) changeOf(id EffectID) change { return s.changes[s.effects[id].changes.from] }

func (s *Space) changesOf(id EffectID) []change {
	e := &s.effects[id]
	return s.changes[e.changes.from:e.changes.to]
}

// pointAt returns the crash point at a time.
func (s *Space) pointAt(time int) (point, bool) {
	i, ok := slices.BinarySearchFunc(s.points, time, func(p point, time int) int { return int(p.time) - time })
	if !ok {
		return point{}, false
	}
	return s.points[i], true
}

// isPending reports whether the effect may be kept or lost by a crash at p.
func (s *Space) isPending(p point, id EffectID) bool {
	e := &s.effects[id]
	return e.event < p.time && e.forced >= p.time
}

// pending appends to buf the effects that a crash at p may keep or lose.
func (s *Space) pending(p point, buf []EffectID) []EffectID {
	for id := EffectID(p.oldest); id < EffectID(p.count); id++ {
		if s.isPending(p, id) {
			buf = append(buf, id)
		}
	}
	return buf
}

// Points returns the times of the crash points, ascending. The slice is the
// caller's.
func (s *Space) Points() []int {
	out := make([]int, len(s.points))
	for i, p := range s.points {
		out[i] = int(p.time)
	}
	return out
}
