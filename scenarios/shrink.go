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
	total := stepSize + kindSize(s) + Program(s.Body).Size()
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

// kindSize orders the kinds that can replace each other.
func kindSize(s Step) int64 {
	switch {
	case s.Kind == Replace, s.Kind == Persist && s.Again:
		return 2
	case s.Kind == Persist, s.Kind == ReadRange, s.Kind == Kill:
		return 1
	case s.Kind == FirstOpen && s.DirMissing:
		return 1
	case s.Kind == Crash:
		return 2 + int64(s.Loss.Manner) + int64(len(s.Body))
	case s.Kind == Purge && s.All:
		return distanceLimit + 1
	case s.Kind == Fail:
		return faultSize(s.Fault)
	}
	return 0
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
	out := simplerKinds(s)
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

// simplerKinds returns steps of kinds with less to them that do a part of what
// s does.
func simplerKinds(s Step) [][]Step {
	one := func(steps ...Step) (out [][]Step) {
		for _, step := range steps {
			out = append(out, []Step{step})
		}
		return out
	}
	switch s.Kind {
	case Replace:
		persist := s
		persist.Kind = Persist
		return one(Step{Kind: Truncate, Count: s.Back, CancelAfter: s.CancelAfter}, persist)
	case Persist:
		if s.Again {
			return one(Step{Kind: Persist, Count: 1, CancelAfter: s.CancelAfter})
		}
	case Purge:
		if s.All {
			return one(
				Step{Kind: Purge, Count: 1, CancelAfter: s.CancelAfter},
				Step{Kind: Purge, Count: 8, CancelAfter: s.CancelAfter},
			)
		}
	case ReadRange:
		return one(Step{Kind: ReadEntry, Position: s.Position, CancelAfter: s.CancelAfter})
	case Fail:
		var out []Step
		for _, f := range simplerFaults(s.Fault) {
			out = append(out, Step{Kind: Fail, Fault: f})
		}
		return one(out...)
	case Kill:
		return one(Step{Kind: Reopen})
	case FirstOpen:
		if s.DirMissing {
			return one(Step{Kind: FirstOpen})
		}
	case Crash:
		return simplerCrashes(s)
	}
	return nil
}

// simplerCrashes returns what can replace a power failure, boldest first. One in a call
// can come when the call has returned.
func simplerCrashes(s Step) [][]Step {
	out := [][]Step{{{Kind: Reopen}}, {{Kind: Kill}}}
	for manner := LoseNothing; manner < s.Loss.Manner; manner++ {
		out = append(out, []Step{{Kind: Crash, Loss: Loss{Manner: manner}}})
	}
	if len(s.Body) == 0 {
		return out
	}
	plain := Step{Kind: Crash, Loss: s.Loss}
	out = append(out, []Step{plain}, []Step{s.Body[0]}, []Step{s.Body[0], {Kind: Reopen}}, []Step{s.Body[0], plain})
	for manner := LoseNothing; manner < s.Loss.Manner; manner++ {
		changed := s
		changed.Loss = Loss{Manner: manner}
		out = append(out, []Step{changed})
	}
	for _, body := range Program(s.Body).Simplifications(0) {
		changed := s
		changed.Body = body
		out = append(out, []Step{changed})
	}
	return out
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
	if s.Kind != Concurrently {
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
