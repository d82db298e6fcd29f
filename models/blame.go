package models

import (
	"cmp"
	"slices"
)

// blame returns why calls cannot have run as they did from any of states.
func blame(m Spec, states []SpecState, calls History) []Violation {
	if len(calls) == 1 {
		return m.Blame(states[0], &calls[0], false)
	}
	// The first return that no order explains is the one that contradicts.
	ends := slices.Clone(calls)
	slices.SortFunc(ends, func(a, b Call) int { return cmp.Compare(a.Returned, b.Returned) })
	for i := range ends {
		c := &ends[i]
		if c.Returned == Pending {
			continue
		}
		known := advance(m, states, calls.Until(c.Returned))
		if len(known.states) == 0 && !known.limited {
			return m.Blame(without(m, states, calls.Until(c.Returned), c), c, true)
		}
	}
	return Broken(ReadsLinearizable, nil, "no order of the calls in flight explains their results")
}

// without returns a state after calls but for c.
func without(m Spec, states []SpecState, calls History, c *Call) SpecState {
	rest := slices.DeleteFunc(slices.Clone(calls), func(o Call) bool { return o.ID == c.ID })
	return append(advance(m, states, rest).states, states[0])[0]
}
