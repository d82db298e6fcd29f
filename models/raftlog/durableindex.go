package raftlog

import "github.com/ackproof/ackproof/models"

// indexed returns the state after c, which read a durable index: the entries up to it are
// durable, as the log holds them. Where calls were refused that may have happened, only
// those are on which all logs agree that there may be.
func (m spec) indexed(s *specState, c *models.Call) *specState {
	log := s.log.log
	last := s.agreed(log.lastUpTo(AnswerOf(c).DurableIndex))
	if m.Volatile || last < log.mark.first {
		return s
	}
	next := *s
	next.raiseTo(s.holdingSince(log.mark.first, last), last, forceBy(c))
	if next.forces == s.forces {
		return s
	}
	return &next
}

// holdingSince returns the version from which on the log has held the entries from first to
// last that it holds now.
func (s *specState) holdingSince(first, last uint64) *version {
	sum := s.log.log.sumBetween(first, last)
	v := s.log
	for v.seq > s.floor.seq && v.prev.log.holds(first, last, sum) {
		v = v.prev
	}
	return v
}

// holds reports whether l holds the entries from first to last whose sum is sum.
func (l logValue) holds(first, last uint64, sum models.Digest) bool {
	return l.mark.first <= first && l.last() >= last && l.sumBetween(first, last) == sum
}

// agreed returns the last index, at most index, up to which all logs that there may be hold
// the same entries.
func (s *specState) agreed(index uint64) uint64 {
	log := s.log.log
	for _, v := range s.doubt.left(true) {
		for index >= log.mark.first && (v.log.last() < index || v.log.sumTo(index) != log.sumTo(index)) {
			index = log.lastUpTo(index - 1)
		}
	}
	return index
}
