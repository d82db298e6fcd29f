package raftlog

import (
	"slices"

	"github.com/ackproof/ackproof/models"
)

// refusedCall finds what a refused call may have left, which came back in part though it
// is atomic, or though something later was durable.
func (x *diagnosis) refusedCall() []models.Violation {
	for _, v := range slices.Backward(x.state.refused) {
		lowest := v.log.last()
		if v.op.writesEntries() {
			lowest = v.kept
		}
		found, ok := x.matches(v, v.log.mark, lowest, &x.got)
		switch later := x.versionAfter(v.seq); {
		case !ok:
		case found.last < v.log.last() && v.atomic:
			return x.torn(v)
		case found.last == v.log.last() && later != nil:
			return x.lost(later.seq, 0, false)
		}
	}
	return nil
}

// versionAfter returns the first version after seq; nil if there is none.
func (x *diagnosis) versionAfter(seq int) (after *version) {
	for v := x.state.log; v != nil && v.seq > seq; v = v.prev {
		after = v
	}
	return after
}
