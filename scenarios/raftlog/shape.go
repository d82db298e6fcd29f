package raftlog

import (
	"math"
	"slices"

	"github.com/ackproof/ackproof/engines"
	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios"
)

// shape is what a program's steps are relative to: which positions a log holds,
// and in which terms. The zero value is a fresh engine's.
type shape struct {
	// boundary is the position before the first entry.
	boundary engines.LogID
	// terms are those of the entries after boundary, never falling unless a log keeps
	// its tail when it is overwritten. One of a gap is nothing.
	terms     []uint64
	hardState engines.HardState
}

// nothing is the term of an index that a log left out.
const nothing = math.MaxUint64

// gapMax bounds the gaps that are believed.
const gapMax = 1 << 10

func shapeOf(v logmodel.View, gaps bool) shape {
	out := shape{boundary: v.Boundary, hardState: v.HardState}
	if len(v.Entries) == 0 {
		out.boundary.Index = max(v.Boundary.Index, v.LastIndex)
		return out
	}
	// An engine without a boundary still has purged what is missing before its
	// first entry.
	if before := v.Entries[0].Index - 1; before != out.boundary.Index {
		out.boundary = engines.LogID{Index: before}
	}
	for _, e := range v.Entries {
		for gaps && out.next() < e.Index && e.Index-out.next() < gapMax {
			out.terms = append(out.terms, nothing)
		}
		out.terms = append(out.terms, e.Term)
	}
	return out
}

// last returns the position of the newest entry, or the boundary.
func (s *shape) last() engines.LogID {
	if len(s.terms) == 0 {
		return s.boundary
	}
	return engines.LogID{Index: s.boundary.Index + uint64(len(s.terms)), Term: s.termBefore(len(s.terms))}
}

// current returns the newest term known: the hard state's, or the log's where a
// crash has left the hard state behind it.
func (s *shape) current() uint64 { return max(s.hardState.Term, s.last().Term) }

// at returns the index of the entry at position, 1 being the first.
func (s *shape) at(position int) uint64 { return s.boundary.Index + uint64(max(0, position)) }

// cut discards the last count entries and returns the index of the first of
// them, which is the next one to write.
func (s *shape) cut(count int) uint64 {
	keep := len(s.terms) - min(max(0, count), len(s.terms))
	for keep > 0 && s.terms[keep-1] == nothing {
		keep--
	}
	s.terms = s.terms[:keep]
	return s.next()
}

// next returns the index behind the log.
func (s *shape) next() uint64 { return s.at(len(s.terms) + 1) }

// leaveGap leaves two indexes out and returns the next.
func (s *shape) leaveGap() uint64 {
	s.terms = append(s.terms, nothing, nothing)
	return s.next()
}

// termOf returns the term of entry i of a new batch of count entries that spans
// the newest terms up to the current one.
func (s *shape) termOf(i, count, terms int) uint64 {
	terms = min(terms, count)
	older := uint64(terms - 1 - i*terms/count)
	return max(s.last().Term, s.current()-min(older, s.current()))
}

func (s *shape) purge(step scenarios.Step) engines.LogID {
	count := min(max(0, step.Count), len(s.terms))
	if step.All {
		count = len(s.terms)
	}
	cutoff := s.cutoff(count)
	if step.All && step.Beyond > 0 {
		cutoff = engines.LogID{Index: cutoff.Index + uint64(step.Beyond), Term: s.current()}
	}
	s.boundary, s.terms = cutoff, s.terms[count:]
	return cutoff
}

// cutoff returns the position that purges the first count indexes.
func (s *shape) cutoff(count int) engines.LogID {
	if count == 0 {
		return s.boundary
	}
	return engines.LogID{Index: s.at(count), Term: s.termBefore(count)}
}

// discard takes a log as purged up to a cutoff within it.
func (s *shape) discard(cutoff engines.LogID) {
	s.boundary, s.terms = cutoff, s.terms[cutoff.Index-s.boundary.Index:]
}

// termBefore returns the term of the last of the first count indexes that holds an
// entry.
func (s *shape) termBefore(count int) uint64 {
	for ; count > 0; count-- {
		if term := s.terms[count-1]; term != nothing {
			return term
		}
	}
	return s.boundary.Term
}

func (s *shape) reset() { s.boundary, s.terms = engines.LogID{}, nil }

// elect returns the hard state that step saves. A vote once given in a term
// binds: a second one would elect two leaders.
func (s *shape) elect(step scenarios.Step) engines.HardState {
	next := engines.HardState{Term: s.current() + uint64(max(0, step.Raise)), Vote: uint64(max(0, step.Vote))}
	if next.Term == s.hardState.Term && s.hardState.Vote != 0 {
		next.Vote = s.hardState.Vote
	}
	s.hardState = next
	return next
}

// takes reports whether entries at these positions may be written.
func (s *shape) takes(ids []engines.LogID) bool {
	if len(ids) == 0 {
		return false
	}
	first, last := ids[0], ids[len(ids)-1]
	if first.Index <= s.boundary.Index || first.Index > s.next() {
		return false
	}
	return s.termBefore(int(first.Index-s.boundary.Index)-1) <= first.Term && last.Term <= s.current()
}

// overwrite puts the terms of entries in their places. What stands behind them stays, if
// that is kept.
func (s *shape) overwrite(entries []engines.Entry, keepsTail bool) {
	before := s.terms
	s.terms = slices.Clone(before[:entries[0].Index-s.boundary.Index-1])
	for _, e := range entries {
		s.terms = append(s.terms, e.Term)
	}
	if n := len(s.terms); keepsTail && n < len(before) {
		s.terms = append(s.terms, before[n:]...)
	}
}
