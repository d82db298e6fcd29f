package crash

import (
	"iter"
	"slices"

	"github.com/ackproof/ackproof/faultfs/internal/tree"
)

// cuts returns the parts of a run of bytes that may be missing: all, each third, and each
// suffix and single one of its blocks.
func (w *walker) cuts(run span) []span {
	n := run.to - run.from
	if n == 0 {
		return nil
	}
	out := []span{run}
	if n >= 3 {
		third := n / 3
		out = append(out, span{run.from, run.from + third}, span{run.from + third, run.to - third}, span{run.to - third, run.to})
	} else if n == 2 {
		out = append(out, span{run.from, run.from + 1}, span{run.from + 1, run.to})
	}
	blocks := append(w.blocks(run), run.to)
	for i, at := range blocks[:len(blocks)-1] {
		out = append(out, span{at, run.to}, span{at, blocks[i+1]})
	}
	return out
}

// blocks returns the places in a run of bytes, after its first, at which a block begins.
func (w *walker) blocks(run span) []int32 {
	var out []int32
	for at := run.from + 1; at < run.to; at++ {
		if w.space.changeOf(w.pending[at]).sector*w.space.unit%tree.PageBytes == 0 {
			out = append(out, at)
		}
	}
	return out
}

// tears yields what a crash may make of the sectors that it finds being written, by
// place: of the first and the last.
func (w *walker) tears(sectors span) iter.Seq2[int32, Tear] {
	return func(yield func(int32, Tear) bool) {
		for sectors.from < sectors.to && !w.space.canTear(w.pending[sectors.from]) {
			sectors.from++
		}
		for sectors.from < sectors.to && !w.space.canTear(w.pending[sectors.to-1]) {
			sectors.to--
		}
		if w.space.profile.TearBytes {
			for _, at := range w.changedEnds(sectors) {
				for _, bytes := range w.space.tears(w.pending[at]) {
					if !yield(at, Tear{Bytes: bytes}) {
						return
					}
				}
			}
		}
		for _, at := range ends(sectors) {
			for _, damage := range w.space.profile.damages() {
				if !yield(at, Tear{Damage: damage}) {
					return
				}
			}
		}
	}
}

// canTear reports whether an effect is one sector. A new block of which a reader sees all
// or nothing tears for nobody: until it is whole, the file system shows zeros.
func (s *Space) canTear(id EffectID) bool {
	changes := s.changesOf(id)
	return len(changes) == 1 && changes[0].kind == sectorCell
}

// ends returns the first and the last place.
func ends(s span) []int32 {
	switch s.len() {
	case 0:
		return nil
	case 1:
		return []int32{s.from}
	}
	return []int32{s.from, s.to - 1}
}

// changedEnds returns the places of the first and the last of some sectors whose bytes
// changed.
func (w *walker) changedEnds(sectors span) []int32 {
	var out []int32
	for i := sectors.from; i < sectors.to; i++ {
		if w.space.canTear(w.pending[i]) && w.space.changesBytes(w.pending[i]) {
			out = append(out, i)
			break
		}
	}
	for i := sectors.to - 1; len(out) > 0 && i > out[0]; i-- {
		if w.space.canTear(w.pending[i]) && w.space.changesBytes(w.pending[i]) {
			return append(out, i)
		}
	}
	return out
}

func (s *Space) changesBytes(id EffectID) bool {
	from, to := s.changedBytes(id)
	return from < to
}

// changedBytes returns the range of the bytes that an effect changed in its sector.
func (s *Space) changedBytes(id EffectID) (from, to int) {
	ch := s.changeOf(id)
	old, now := make([]byte, s.unit), make([]byte, s.unit)
	copy(old, s.before(ch).data)
	copy(now, ch.data)
	for to = len(now); to > 0 && old[to-1] == now[to-1]; {
		to--
	}
	for from < to && old[from] == now[from] {
		from++
	}
	return from, to
}

// tears returns how many bytes of an effect's sector a crash may keep, as [Tear] counts
// them. A sector is cut where both parts have bytes that changed, so that a small record
// tears too: behind the first of them, in the middle, before the last, and at the next
// whole words. Without powersafe overwrite, what was not changed may suffer, so the cut
// may come behind all that was.
func (s *Space) tears(id EffectID) []int {
	const word = 8
	from, to := s.changedBytes(id)
	middle := (from + to) / 2
	places := []int{
		from + 1, (from + word) / word * word, middle / word * word, middle, (to - 1) / word * word, to - 1,
	}
	if s.profile.NoPowersafeOverwrite {
		places, to = append(places, to), min(to+1, int(s.unit))
	}
	slices.Sort(places)
	var out []int
	for _, at := range slices.Compact(places) {
		if from < at && at < to {
			out = append(out, at, at-int(s.unit))
		}
	}
	return out
}
