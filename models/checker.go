package models

import (
	"cmp"
	"slices"
	"sort"
	"sync"
)

// Checker judges the recoveries of one history. It searches for orders only
// among calls that overlapped each other: the states at quiescent moments are
// computed once, those at each position when it is first asked for. It is safe
// for concurrent use. It keeps the history, which must not be changed.
type Checker struct {
	spec  Spec
	calls History
	// points are by Position; each is in force from its time on.
	points []point
	times  []int64
	// last is what became of the whole history.
	last    point
	claimed PropertySet
	// closed is when the first close returned; 0 for never.
	closed int
}

// Position is a set of completed and pending calls, as known at some time.
// Recoveries at equal positions of one Checker have equal verdicts.
type Position struct{ index int32 }

// point is where a crash may fall: after the quiescent states base, and calls.
type point struct {
	base []SpecState
	// first and after bound the calls since.
	first, after int
	time         int
	// stuck is set if no engine can have come here legally.
	stuck *stuck
	// limited is set if a search before this point gave up.
	limited bool

	once *sync.Once
	end  *ending
}

// calls returns those since the quiescent states, of a history, with what a crash
// at p cuts off pending.
func (p *point) calls(h History) History { return h[p.first:p.after].Until(p.time) }

// stuck is a group of calls of which no order explains the results.
type stuck struct {
	from  []SpecState
	calls History
}

// NewChecker returns a checker of h, a life that began at from.
func NewChecker(c Contract, from State, h History) *Checker {
	k := &Checker{spec: specOf(c), calls: slices.Clone(h), claimed: c.Claimed()}
	slices.SortStableFunc(k.calls, func(a, b Call) int { return cmp.Compare(a.Invoked, b.Invoked) })
	k.closed = firstClose(k.calls)
	k.cut(from.resolve(k.spec))
	return k
}

type moment struct {
	tick    int64
	returns bool
	call    int
}

func (k *Checker) moments() []moment {
	out := make([]moment, 0, 2*len(k.calls))
	for i, end := range endsOf(k.calls) {
		out = append(out, moment{Tick(k.calls[i].Invoked), false, i}, moment{end, true, i})
	}
	slices.SortStableFunc(out, func(a, b moment) int {
		if a.tick == b.tick && a.returns != b.returns {
			// Intervals are closed: calls that touch overlap.
			return map[bool]int{true: 1, false: -1}[a.returns]
		}
		return cmp.Compare(a.tick, b.tick)
	})
	return out
}

// cut divides the history at its quiescent moments and marks its points.
func (k *Checker) cut(start SpecState) {
	at := point{base: []SpecState{start}}
	k.mark(at, -1)
	open, mutating := 0, false
	for _, e := range k.moments() {
		c := &k.calls[e.call]
		at.time = int(e.tick / 2)
		if !e.returns {
			open++
			at.after = e.call + 1
			if c.Op.MustWrite() {
				mutating = true
				k.mark(at, e.tick)
			}
			continue
		}
		if open--; open > 0 {
			k.mark(at, e.tick)
			continue
		}
		moved := k.close(&at)
		if moved || mutating || k.closed != 0 && c.Returned == k.closed {
			k.mark(at, e.tick)
		}
		mutating = false
	}
	k.last = at
}

func (k *Checker) mark(at point, tick int64) {
	at.once, at.end = new(sync.Once), new(ending)
	k.points = append(k.points, at)
	k.times = append(k.times, tick)
}

// close makes the calls of at part of its quiescent states. It reports whether
// that changed them.
func (k *Checker) close(at *point) (moved bool) {
	calls := k.calls[at.first:at.after]
	at.first = at.after
	if at.stuck != nil || at.limited {
		return false
	}
	end := advance(k.spec, at.base, calls)
	switch {
	case end.limited:
		at.limited = true
	case len(end.states) == 0:
		at.stuck = &stuck{at.base, calls}
	default:
		moved = len(calls) > 1 || end.states[0] != at.base[0]
		at.base = end.states
		return moved
	}
	return true
}

// Position returns the position of the logical time t. Any time after the last
// return stands for everything.
func (k *Checker) Position(t int) Position {
	limit := Tick(t)
	i := sort.Search(len(k.times), func(i int) bool { return k.times[i] > limit })
	return Position{int32(max(i-1, 0))}
}

// pointAt returns the point of p, and the states that a crash there may find,
// with what is pending done.
func (k *Checker) pointAt(p Position) (*point, *ending) {
	at := &k.points[p.index]
	at.once.Do(func() {
		if at.stuck == nil && !at.limited {
			*at.end = k.statesAfter(at.base, at.calls(k.calls))
		}
	})
	return at, at.end
}

// statesAfter searches for the states after calls. Pending calls that can be lined up are
// done one after another.
func (k *Checker) statesAfter(base []SpecState, calls History) ending {
	completed := slices.ContainsFunc(calls, func(c Call) bool { return c.Returned != Pending })
	if completed || !k.spec.Line(calls) {
		return advance(k.spec, base, calls)
	}
	end := ending{states: slices.Clone(base)}
	for i := range calls {
		for j, s := range end.states {
			end.states[j], _ = k.spec.Step(s, &calls[i])
		}
	}
	return end
}

// Exercised returns the properties that a recovery at p puts to the test.
func (k *Checker) Exercised(p Position) PropertySet {
	at, end := k.pointAt(p)
	var all PropertySet
	if k.closed != 0 && k.closed <= at.time {
		all = all.With(CloseReleases)
	}
	for _, s := range end.states {
		all |= k.spec.Exercised(s)
	}
	return all & k.claimed
}
