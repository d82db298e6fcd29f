package evidence

import "github.com/ackproof/ackproof/faultfs/corrupt"

// TriedDamage is what the engine made of the corruptions of one kind of a write, of which another
// corruption is a finding.
type TriedDamage struct {
	Kind     corrupt.Kind `json:"kind"`
	Reaction Reaction     `json:"reaction"`
	Count    int          `json:"count"`
	// Offs are the offsets in the file of the bits that flipped; none for another kind.
	Offs []int64 `json:"offs,omitempty"`
}

// AddDamage counts a corruption and the reaction to it.
func AddDamage(all []TriedDamage, c *corrupt.Corruption, r Reaction) []TriedDamage {
	var offs []int64
	if c.Kind == corrupt.Flip {
		offs = []int64{c.Parts[0].Off}
	}
	for i := range all {
		if d := &all[i]; d.Kind == c.Kind && d.Reaction == r {
			d.Count++
			d.Offs = append(d.Offs, offs...)
			return all
		}
	}
	return append(all, TriedDamage{Kind: c.Kind, Reaction: r, Count: 1, Offs: offs})
}
