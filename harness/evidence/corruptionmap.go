package evidence

import (
	"cmp"
	"slices"

	"github.com/ackproof/ackproof/faultfs/corrupt"
)

// CorruptionMap is what an engine makes of bytes that went wrong at rest, by kind and place.
type CorruptionMap struct {
	Engine string
	// Claimed says that the engine claims to detect corruption.
	Claimed bool
	// Programs is how many programs wrote what was corrupted.
	Programs int
	Places   []*CorruptedPlace
	// Cut says what cut the map short, "" if nothing did.
	Cut string
}

// CorruptedPlace is where the engine writes what was corrupted.
type CorruptedPlace struct {
	*SyncPlace
	// Records is how many writes of the place were corrupted.
	Records int
	By      map[corrupt.Kind]map[Reaction]*Reacted
}

// Reacted is how often an engine reacted in one manner, and the first time.
type Reacted struct {
	Count   int
	Program string
	// What is the corruption in words, and Shown what the engine made of it.
	What, Shown string
}

// Add counts a reaction.
func (p *CorruptedPlace) Add(kind corrupt.Kind, r Reaction, first Reacted) {
	if p.By[kind] == nil {
		p.By[kind] = map[Reaction]*Reacted{}
	}
	if p.By[kind][r] == nil {
		p.By[kind][r] = &first
	}
	p.By[kind][r].Count++
}

// Join adds the counts of another engine's run at the same place.
func (p *CorruptedPlace) Join(o *CorruptedPlace) {
	p.Records += o.Records
	for kind, all := range o.By {
		for r, reacted := range all {
			if p.By[kind] == nil {
				p.By[kind] = map[Reaction]*Reacted{}
			}
			if known := p.By[kind][r]; known != nil {
				known.Count += reacted.Count
			} else {
				p.By[kind][r] = reacted
			}
		}
	}
}

// Count returns how often the engine reacted so, in all places.
func (m *CorruptionMap) Count(r Reaction) (n int) {
	for _, p := range m.Places {
		for _, all := range p.By {
			if all[r] != nil {
				n += all[r].Count
			}
		}
	}
	return n
}

// Silent returns how often the engine reacted as one that claims to detect corruption may not.
func (m *CorruptionMap) Silent() (n int) {
	for _, r := range Reactions() {
		if r.IsSilent() {
			n += m.Count(r)
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
