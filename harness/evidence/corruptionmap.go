package evidence

import (
	"cmp"
	"slices"

	"github.com/ackproof/ackproof/faultfs/corrupt"
)

// CorruptionMap is what an engine makes of stored bytes that went wrong, by kind and place.
type CorruptionMap struct {
	Engine string
	// Claimed says that the engine claims to detect corruption.
	Claimed bool
	// Programs is how many programs wrote what was corrupted.
	Programs int
	Places   []*CorruptedPlace
	// Lying is what the engine made of disks whose flushes lie.
	Lying ByReaction
	// Cut says what cut the map short, "" if nothing did.
	Cut string
}

// CorruptedPlace is where the engine writes what was corrupted.
type CorruptedPlace struct {
	*SyncPlace
	// Records is how many writes of the place were corrupted.
	Records int
	// AtRest is what the engine made of it where it opened what was corrupted, Running where
	// that happened while it was open.
	AtRest, Running ByKind
}

// ByKind is the reactions to each kind of corruption.
type ByKind map[corrupt.Kind]ByReaction

// ByReaction is how often an engine reacted in each manner.
type ByReaction map[Reaction]*Reacted

// Reacted is how often an engine reacted in one manner, and the first time.
type Reacted struct {
	Count   int
	Program string
	// What is the corruption in words, and Shown what the engine made of it.
	What, Shown string
}

// Add counts a reaction to a kind of corruption.
func (b ByKind) Add(kind corrupt.Kind, r Reaction, first Reacted) {
	if b[kind] == nil {
		b[kind] = ByReaction{}
	}
	b[kind].Add(r, first)
}

// Add counts a reaction.
func (all ByReaction) Add(r Reaction, first Reacted) {
	if all[r] == nil {
		all[r] = &first
	}
	all[r].Count++
}

// Count returns how often the engine reacted.
func (all ByReaction) Count() (n int) {
	for _, reacted := range all {
		n += reacted.Count
	}
	return n
}

// join adds the counts of another run.
func (all ByReaction) join(o ByReaction) {
	for r, reacted := range o {
		if known := all[r]; known != nil {
			known.Count += reacted.Count
		} else {
			all[r] = reacted
		}
	}
}

func (b ByKind) join(o ByKind) {
	for kind, all := range o {
		if b[kind] == nil {
			b[kind] = ByReaction{}
		}
		b[kind].join(all)
	}
}

// Join adds the counts of another engine's run at the same place.
func (p *CorruptedPlace) Join(o *CorruptedPlace) {
	p.Records += o.Records
	p.AtRest.join(o.AtRest)
	p.Running.join(o.Running)
}

// AtRest returns the reactions where the engine opened what was corrupted, of all places.
func (m *CorruptionMap) AtRest() ByReaction {
	return m.all(func(p *CorruptedPlace) ByKind { return p.AtRest })
}

// Running returns the reactions where something went wrong while the engine was open, of all places.
func (m *CorruptionMap) Running() ByReaction {
	return m.all(func(p *CorruptedPlace) ByKind { return p.Running })
}

func (m *CorruptionMap) all(of func(*CorruptedPlace) ByKind) ByReaction {
	out := ByReaction{}
	for _, p := range m.Places {
		for _, all := range of(p) {
			for r, reacted := range all {
				first := *reacted
				out.join(ByReaction{r: &first})
			}
		}
	}
	return out
}

// AddLying adds what the engine made of disks whose flushes lie in another run.
func (m *CorruptionMap) AddLying(all ByReaction) {
	if m.Lying == nil {
		m.Lying = ByReaction{}
	}
	m.Lying.join(all)
}

// Silent returns how often the engine reacted as one that claims to detect corruption may not.
func (m *CorruptionMap) Silent() (n int) {
	for _, all := range []ByReaction{m.AtRest(), m.Running(), m.Lying} {
		for r, reacted := range all {
			if r.IsSilent() {
				n += reacted.Count
			}
		}
	}
	return n
}

// Order orders the places by file and line.
func (m *CorruptionMap) Order() {
	slices.SortStableFunc(m.Places, func(a, b *CorruptedPlace) int {
		return cmp.Or(CompareSyncPlaces(a.SyncPlace, b.SyncPlace), cmp.Compare(a.File, b.File))
	})
}
