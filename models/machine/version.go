package machine

import (
	"math"

	"github.com/ackproof/ackproof/internal/digest"
	"github.com/ackproof/ackproof/models"
)

// never is the return time of a call that is pending, or was refused.
const never = math.MaxInt

// version is one state that the calls of a world went through.
type version struct {
	state
	cause
	prev *version
	// seq counts the versions before it.
	seq int
	// id tells chains of versions apart.
	id digest.Sequence
	// era is that of the restore or reset before it, which changes data and metadata at
	// once. A call begins the same era in each world, and no other call does.
	era int
	// returned is when its call returned, and 0 if that was in an earlier life.
	returned int
}

// String returns the number and words of the call that made v.
func (v *version) String() string { return v.cause.String() }

// child returns the version after v.
func (v *version) child(s state, by cause, era, returned int) *version {
	id := v.id.WithDigest(s.sum).With(s.applied.Index).With(s.applied.Term).With(uint64(era)).With(uint64(returned))
	id = id.WithFlag(s.meta.has).With(s.meta.LastIncluded.Index).With(s.meta.LastIncluded.Term).WithText(string(s.meta.Checksum[:]))
	return &version{state: s, cause: by, prev: v, seq: v.seq + 1, id: id, era: era, returned: returned}
}

// returnedBefore returns the newest version whose call had returned at time t.
func (v *version) returnedBefore(t int) *version {
	for v.returned >= t && v.prev != nil {
		v = v.prev
	}
	return v
}

// at returns the first version of v's era since which the position is not before index.
func (v *version) at(index uint64) *version {
	for v.prev != nil && v.prev.era == v.era && v.prev.applied.Index >= index {
		v = v.prev
	}
	return v
}

// isAfter reports whether v, which may be nil, is floor or later.
func (v *version) isAfter(floor *version) bool { return v != nil && v.seq >= floor.seq }

// force is a moment at which everything up to a version became durable.
type force struct {
	cause
	prev *force
	seq  int
}

// earliest returns the first force that covers version seq; nil if none does.
func (f *force) earliest(seq int) *force {
	var found *force
	for ; f != nil && f.seq >= seq; f = f.prev {
		found = f
	}
	return found
}

func returnTime(c *models.Call) int {
	if !c.Succeeded() {
		return never
	}
	return c.Returned
}
