package faultfs

// Space is every crash state of one journal under one profile. It never changes
// after it was made and may be used by many goroutines.
type Space struct {
	journal *Journal
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
	all       *tree // everything kept
	forced    *tree // everything that is not forced lost
	allKey    Digest
	forcedKey Digest
	count     int32 // effects of those events
	pending   int32 // those of them that may be kept or lost
	oldest    int32 // the oldest of these
}

// NewSpace expands the journal under a profile.
func NewSpace(j *Journal, profile Profile) *Space {
	x := &expander{
		Space:   &Space{journal: j, profile: profile, unit: profile.unit()},
		live:    treeOf(j.Base).thaw(),
		durable: treeOf(j.Base).thaw(),
		sectors: map[sectorKey]int32{},
		names:   map[nameKey]int32{},
		files:   map[Ino]*fileState{},
		meta:    -1,
	}
	x.expand()
	return x.Space
}

// inBase tells whether the inode is older than the journal.
func (s *Space) inBase(ino Ino) bool { return int(ino) < len(treeOf(s.journal.Base).nodes) }

// baseSize returns a file's size at the journal's start.
func (s *Space) baseSize(ino Ino) int64 {
	if !s.inBase(ino) {
		return 0
	}
	return treeOf(s.journal.Base).at(ino).size
}

// Profile returns the profile of the space.
func (s *Space) Profile() Profile { return s.profile }

// Journal returns the journal of the space.
func (s *Space) Journal() *Journal { return s.journal }
