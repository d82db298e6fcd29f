package harness

import (
	"cmp"
	"maps"
	"slices"

	"github.com/ackproof/ackproof/faultfs"
)

// represent keeps a state whose recovery was legal, if it is the first of its kind.
func (x *exploration) represent(v *visit, s *crashState, recovery int32) {
	if s.reached && v.depth < x.config.Depth {
		x.returnTo.keep(v.life, v.life.Crashes().StateOf(v.plan, s.ref))
	}
	if s.image == nil || v.depth >= x.config.Depth || x.round.secondLives == 0 {
		return
	}
	at := v.pointAt(s.point)
	kind := representedKind{recovery, s.image.Leftover(v.kept(at), v.lost(at))}
	if !v.represented[kind] {
		v.represented[kind] = true
		v.representatives = append(v.representatives, representative{s.ref, kind})
	}
}

// choose returns at most n representatives. Each class of leftover has its turn: the one
// with most left over, the one with the least, and so on inwards. Of a class those are
// chosen that are spread over the recoveries, and of these first those that no class
// before has.
func choose(all []representative, n int) []representative {
	classes := map[faultfs.Leftover][]representative{}
	for _, r := range all {
		classes[r.left] = append(classes[r.left], r)
	}
	order := inwards(slices.SortedFunc(maps.Keys(classes), func(a, b faultfs.Leftover) int { return cmp.Compare(b, a) }))
	turns := map[faultfs.Leftover]int{}
	for i, left := 0, min(n, len(all)); left > 0; i++ {
		if class := order[i%len(order)]; turns[class] < len(classes[class]) {
			turns[class]++
			left--
		}
	}
	var out []representative
	for _, class := range order {
		met := func(r representative) bool {
			return slices.ContainsFunc(out, func(o representative) bool { return o.recovery == r.recovery })
		}
		others := slices.DeleteFunc(slices.Clone(classes[class]), met)
		again := slices.DeleteFunc(classes[class], func(r representative) bool { return !met(r) })
		chosen := spread(others, turns[class])
		out = append(append(out, chosen...), spread(again, turns[class]-len(chosen))...)
	}
	return out
}

// inwards returns the first, the last, the second, the last but one, and so on.
func inwards[T any](all []T) []T {
	var out []T
	for i, j := 0, len(all)-1; i <= j; i, j = i+1, j-1 {
		out = append(out, all[i])
		if i < j {
			out = append(out, all[j])
		}
	}
	return out
}
