package machine

import (
	"slices"

	"github.com/ackproof/ackproof/models"
)

// reads reports whether the result of c, which reads, is what w holds.
func (w *world) reads(c *models.Call) bool {
	if w.stopped && opOf(c).needsRunning() {
		return c.Refused()
	}
	return !c.Refused() && w.now.state.reads(opOf(c), AnswerOf(c))
}

// reads reports whether op, which reads, may be answered by got in s.
func (s state) reads(op *Op, got *Answer) bool {
	switch op.Kind {
	case Get:
		return s.holds([]string{op.Key}, got.Values)
	case GetMulti:
		return got.Applied.Index == s.applied.Index && s.holds(op.Keys, got.Values)
	case Scan:
		return got.Applied.Index == s.applied.Index && slices.Equal(got.Pairs, s.scan(op.Key))
	case ReadApplied:
		return got.Applied == s.applied
	case ReadMetadata:
		return s.meta.has == (got.Metadata != nil) && (got.Metadata == nil || s.meta.mayShow(metadata{*got.Metadata, true}))
	case ReadTerm:
		return s.knowsTerm(op.Index, got.Term)
	}
	return got.Len == len(s.pairs)
}

// holds reports whether values are those of keys.
func (s state) holds(keys []string, values []*Value) bool {
	for i := range min(len(keys), len(values)) {
		if !values[i].isSame(s.get(keys[i])) {
			return false
		}
	}
	return len(keys) == len(values)
}

// knowsTerm reports whether a machine may say that the entry at index has term, 0 for not
// known. It need not know those before the last, and terms never fall.
func (s state) knowsTerm(index, term uint64) bool {
	if index == s.applied.Index {
		return term == s.applied.Term
	}
	return term == 0 || index > 0 && index < s.applied.Index && term <= s.applied.Term
}
