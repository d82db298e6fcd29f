package machine

import (
	"iter"
	"slices"

	"github.com/ackproof/ackproof/engines"
)

// again is a state in which entries were applied that had been applied before.
type again struct {
	state
	first, last *Entry
	// by applied the first of them.
	by cause
	// swaps says that one of them compares and swaps.
	swaps bool
}

// reapplied yields what v would be with some of the entries before it applied once more.
func (v *version) reapplied() iter.Seq[again] {
	var entries []*Entry
	by := map[*Entry]cause{}
	for o := v; o != nil && o.era == v.era; o = o.prev {
		if !o.applies() {
			continue
		}
		for i := range slices.Backward(o.op.Entries) {
			if e := &o.op.Entries[i]; e.Index <= o.applied.Index && by[e].op == nil {
				by[e] = o.cause
				entries = append(entries, e)
			}
		}
	}
	return func(yield func(again) bool) {
		for i, first := range entries {
			a := again{state: v.state, first: first, by: by[first]}
			for _, e := range slices.Backward(entries[:i+1]) {
				a.data, _ = a.do(e)
				a.last, a.swaps = e, a.swaps || e.Kind == engines.CommandCompareAndSwap
				if !a.holdsSame(v.state.data) && !yield(a) {
					return
				}
			}
		}
	}
}

// mixes reports whether each key of got is as before or as after, or absent if that is
// allowed.
func mixes(before, after, got data, orAbsent bool) bool {
	isOther := func(p Pair) bool {
		v := got.get(p.Key)
		return !v.isSame(before.get(p.Key)) && !v.isSame(after.get(p.Key)) && !(orAbsent && v == nil)
	}
	return !slices.ContainsFunc(slices.Concat(before.pairs, after.pairs, got.pairs), isOther)
}

// halfReplaced reports whether got is what v, which replaces all, leaves if it does so in
// parts.
func (v *version) halfReplaced(got data) bool {
	before, after := v.prev.state.data, v.state.data
	isPosition := got.applied == before.applied || got.applied == after.applied || got.applied.Index == 0
	return isPosition && mixes(before, after, got, true)
}

// startsLike reports whether got is what v, which applies a chunk, leaves after an entry
// that is not its last.
func (v *version) startsLike(got data) bool {
	part := v.prev.state.data
	for i := range v.op.Entries {
		if e := &v.op.Entries[i]; e.Index > v.prev.applied.Index && e.Index < v.applied.Index {
			if part, _ = part.apply(e); part.isSame(got) {
				return true
			}
		}
	}
	return false
}

// halfApplied reports whether each key of got is as before v, which applies a chunk, or as
// after it.
func (v *version) halfApplied(got data) bool {
	isPosition := got.applied.Index >= v.prev.applied.Index && got.applied.Index <= v.applied.Index
	return isPosition && mixes(v.prev.state.data, v.state.data, got, false)
}
