package scenarios

import "slices"

// Without returns p without its i-th step, counted from 0.
func (p Program) Without(i int) Program { return p.replaced(i) }

// Simplifications returns programs like p with a simpler i-th step: one that
// does less, of a kind with less to it, or with smaller numbers. Each has a
// smaller Size than p; the boldest come first, and their order is fixed.
func (p Program) Simplifications(i int) []Program {
	var out []Program
	for _, steps := range simpler(p[i]) {
		out = append(out, p.replaced(i, steps...))
	}
	return out
}

// Size measures how much there is to p: first its steps, those in blocks
// included, then all that they say. A search that only goes to smaller
// programs ends.
func (p Program) Size() int64 {
	var total int64
	for _, s := range p {
		total += s.size()
	}
	return total
}

// replaced returns p with steps instead of its i-th.
func (p Program) replaced(i int, steps ...Step) Program {
	return slices.Concat(p[:i], steps, p[i+1:]).clone()
}

// clone returns a copy of p that shares no memory with it.
func (p Program) clone() Program {
	out := slices.Clone(p)
	for i := range out {
		out[i].Sizes = slices.Clone(out[i].Sizes)
		out[i].Body = Program(out[i].Body).clone()
	}
	return out
}

// stepSize outweighs all that a step can say, so that fewer steps are always
// smaller.
const stepSize = 1 << 46

// size returns the size of s, those in its block included.
func (s Step) size() int64 {
	total := stepSize + Program(s.Body).Size()
	if s.Kind.Weighs != nil {
		total += s.Kind.Weighs(s)
	}
	for _, n := range numbers {
		total += int64(max(0, *n.at(&s)-n.least))
	}
	total += int64(s.Fill)
	for _, r := range s.Sizes {
		total += 1 + int64(max(0, r.Max))
		if r.Max > r.Min {
			total += 1 + int64(r.Max-r.Min)
		}
	}
	return total
}

// number is a number of a step with the least that it shrinks to.
type number struct {
	at    func(*Step) *int
	least int
}

var numbers = []number{
	{func(s *Step) *int { return &s.Count }, 1},
	{func(s *Step) *int { return &s.Back }, 0},
	{func(s *Step) *int { return &s.Terms }, 1},
	{func(s *Step) *int { return &s.Beyond }, 0},
	{func(s *Step) *int { return &s.Raise }, 0},
	{func(s *Step) *int { return &s.Vote }, 0},
	{func(s *Step) *int { return &s.Position }, 0},
	{func(s *Step) *int { return &s.Loss.Seed }, 0},
	{func(s *Step) *int { return &s.After }, 0},
	{func(s *Step) *int { return &s.Flushers }, 0},
	{func(s *Step) *int { return &s.Flushes }, 1},
	{func(s *Step) *int { return &s.Readers }, 0},
	{func(s *Step) *int { return &s.Reads }, 1},
	{func(s *Step) *int { return &s.Purges }, 0},
	{func(s *Step) *int { return &s.Seed }, 0},
	{func(s *Step) *int { return &s.Sync }, 1},
	{func(s *Step) *int { return &s.Returns }, 1},
	{func(s *Step) *int { return &s.Fault.Nth }, 1},
	{func(s *Step) *int { return &s.Fault.Times }, 1},
	{func(s *Step) *int { return &s.FreeBytes }, 0},
	{func(s *Step) *int { return &s.CancelAfter }, 0},
}

// simpler returns what can replace s, boldest first.
func simpler(s Step) [][]Step {
	var out [][]Step
	if s.Kind.Simpler != nil {
		out = s.Kind.Simpler(s)
	}
	for _, n := range numbers {
		for _, smaller := range smallerNumbers(*n.at(&s), n.least) {
			changed := s
			*n.at(&changed) = smaller
			out = append(out, []Step{changed})
		}
	}
	for _, sizes := range simplerSizes(s.Sizes) {
		changed := s
		changed.Sizes = sizes
		out = append(out, []Step{changed})
	}
	if s.Fill != FillRandom {
		changed := s
		changed.Fill = FillRandom
		out = append(out, []Step{changed})
	}
	return append(out, simplerBlocks(s)...)
}

// smallerNumbers returns numbers from least to n-1, each nearer to n by half.
func smallerNumbers(n, least int) []int {
	var out []int
	for gap := n - least; gap > 0; gap /= 2 {
		out = append(out, n-gap)
	}
	return out
}

// simplerSizes returns lists of sizes with less to them.
func simplerSizes(sizes []SizeRange) [][]SizeRange {
	if len(sizes) == 0 {
		return nil
	}
	out := [][]SizeRange{nil}
	if len(sizes) > 1 {
		for _, r := range sizes {
			out = append(out, []SizeRange{r})
		}
		return out
	}
	only := sizes[0]
	if only.Min < only.Max {
		return append(out, []SizeRange{{only.Min, only.Min}}, []SizeRange{{only.Max, only.Max}})
	}
	for _, n := range smallerNumbers(only.Max, 0) {
		out = append(out, []SizeRange{{n, n}})
	}
	return out
}

// simplerBlocks returns a block's steps alone, and s with less in its block.
func simplerBlocks(s Step) [][]Step {
	if !s.Kind.block {
		return nil
	}
	out := [][]Step{s.Body}
	for i := range s.Body {
		body := Program(s.Body)
		for _, smaller := range append([]Program{body.Without(i)}, body.Simplifications(i)...) {
			changed := s
			changed.Body = smaller
			out = append(out, []Step{changed})
		}
	}
	return out
}
