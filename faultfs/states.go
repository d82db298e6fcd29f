package faultfs

import (
	"iter"
	"slices"
)

// Candidate is a crash state that a walk over a space has come to. It is valid
// until the walk goes on.
type Candidate struct {
	w      *walker
	stage  Stage
	choice int
	key    Digest
}

// Stage returns the stage that chose the state.
func (c *Candidate) Stage() Stage { return c.stage }

// Point returns the time of the crash.
func (c *Candidate) Point() int { return int(c.w.point.time) }

// Key returns a digest of the state's cells. States of one space with equal keys
// leave equal images; it costs a few additions.
func (c *Candidate) Key() Digest { return c.key }

// State returns the state; it is the caller's.
func (c *Candidate) State() CrashState { return c.w.state() }

// States walks over the crash states of the space, as far as the plan goes:
// stage by stage, cheapest first, and in each stage round robin over the crash
// points, those first that known bugs favour. The same plan gives the same walk.
func (s *Space) States(plan Plan) iter.Seq[*Candidate] {
	return func(yield func(*Candidate) bool) {
		w := &walker{space: s, plan: plan.Resolved()}
		order := s.pointOrder()
		for stage := range stageCount {
			if !w.walk(stage, order, yield) {
				return
			}
		}
	}
}

// pointOrder returns the numbers of the points, best rank first.
func (s *Space) pointOrder() []int {
	order := make([]int, len(s.points))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(s.points[a].rank) - int(s.points[b].rank) })
	return order
}

// Points returns the times of the crash points, ascending.
func (s *Space) Points() []int {
	out := make([]int, len(s.points))
	for i, p := range s.points {
		out[i] = int(p.time)
	}
	return out
}

// walker visits states. It holds one point's pending effects at a time, and the
// choice among them that it looks at.
type walker struct {
	space *Space
	plan  Plan

	index    int // number of the point
	point    point
	pending  []EffectID
	groups   []span // runs of pending effects of one event
	partials []partial
	listed   bool   // partials are those of the point
	drop     []bool // by place in pending
	torn     []Tear
	fill     Fill
	entered  bool

	candidate Candidate // the one that was yielded last
}

// roundStates is how many states of one point are visited before the next point
// has its turn.
const roundStates = 32

// walk visits one stage at all points, in rounds.
func (w *walker) walk(stage Stage, order []int, yield func(*Candidate) bool) bool {
	limit := w.plan.Max[stage]
	open := slices.Clone(order)
	for from := 0; len(open) > 0 && from < limit; from += roundStates {
		kept := open[:0]
		for _, point := range open {
			w.enter(point)
			total := w.total(stage)
			visits := min(total, limit)
			for i := from; i < min(from+roundStates, visits); i++ {
				if !w.visit(stage, spread(i, visits, total), yield) {
					return false
				}
			}
			if from+roundStates < visits {
				kept = append(kept, point)
			}
		}
		open = kept
	}
	return true
}

// spread maps the i-th of n visits onto total places, evenly.
func spread(i, n, total int) int {
	if n == total {
		return i
	}
	return int(int64(i) * int64(total) / int64(n))
}

// enter makes a point the walker's.
func (w *walker) enter(index int) {
	if w.entered && w.index == index {
		return
	}
	w.entered, w.index, w.point = true, index, w.space.points[index]
	w.pending = w.space.pending(w.point, w.pending[:0])
	w.groups = w.groups[:0]
	for i, id := range w.pending {
		event := w.space.effects[id].event
		if k := len(w.groups) - 1; k >= 0 && w.space.effects[w.pending[w.groups[k].from]].event == event {
			w.groups[k].to++
		} else {
			w.groups = append(w.groups, span{int32(i), int32(i) + 1})
		}
	}
	w.partials, w.listed = w.partials[:0], false
	if cap(w.drop) < len(w.pending) {
		w.drop = make([]bool, len(w.pending))
	}
	w.drop = w.drop[:len(w.pending)]
}

// visit looks at one choice of a stage and yields it if it is a state.
func (w *walker) visit(stage Stage, choice int, yield func(*Candidate) bool) bool {
	clear(w.drop)
	w.torn, w.fill = w.torn[:0], FillZero
	if !w.choose(stage, choice) {
		return true
	}
	w.candidate = Candidate{w: w, stage: stage, choice: choice, key: w.key()}
	return yield(&w.candidate)
}

// placeOf returns the place of an effect among the pending ones, -1 for none.
func (w *walker) placeOf(id EffectID) int {
	// Mostly all effects from the oldest pending one on are pending.
	guess := int(id) - int(w.point.oldest)
	if guess >= 0 && guess < len(w.pending) && w.pending[guess] == id {
		return guess
	}
	if i, ok := slices.BinarySearch(w.pending, id); ok {
		return i
	}
	return -1
}

// dropDependents drops what needs something that was dropped.
func (w *walker) dropDependents() {
	s := w.space
	for i, id := range w.pending {
		e := &s.effects[id]
		for _, need := range s.needs[e.needs.from:e.needs.to] {
			if w.drop[i] {
				break
			}
			if k := w.placeOf(need); k >= 0 && w.drop[k] {
				w.drop[i] = true
			}
		}
	}
}

// keepNeeds keeps what something that was kept needs.
func (w *walker) keepNeeds() {
	s := w.space
	for i, id := range slices.Backward(w.pending) {
		if w.drop[i] {
			continue
		}
		e := &s.effects[id]
		for _, need := range s.needs[e.needs.from:e.needs.to] {
			if k := w.placeOf(need); k >= 0 {
				w.drop[k] = false
			}
		}
	}
}

// key returns the digest of the state that is looked at.
func (w *walker) key() Digest {
	key := w.point.allKey
	for i, dropped := range w.drop {
		if dropped {
			key = key.Sub(w.space.effects[w.pending[i]].delta)
		}
	}
	for _, t := range w.torn {
		key = key.Add(hashWords(uint64(t.Effect), uint64(t.Bytes), 1))
	}
	if w.fill != FillZero {
		key = key.Add(hashWords(key.Lo, uint64(w.point.time), uint64(w.fill), 2))
	}
	return key
}

// state returns the state that is looked at, named by its rarer fate.
func (w *walker) state() CrashState {
	dropped := 0
	for _, d := range w.drop {
		if d {
			dropped++
		}
	}
	c := CrashState{Point: int(w.point.time), Fill: w.fill, Torn: slices.Clone(w.torn)}
	c.Lost = dropped > len(w.drop)-dropped
	for i, d := range w.drop {
		if d != c.Lost {
			c.Except = append(c.Except, w.pending[i])
		}
	}
	return c
}
