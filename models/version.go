package models

import (
	"math"

	"github.com/ackproof/ackproof/engines"
)

// never is the return time of a call that is pending.
const never = math.MaxInt

// version is one log that the calls went through.
type version struct {
	prev *version
	seq  int
	// id tells chains of versions apart.
	id  sequence
	log logValue
	// call and op made the version; op is nil for the first one of all.
	call int
	op   *Op
	// returned is when that call returned, never if it is pending, and 0 if that
	// was in an earlier life.
	returned int
	// kept is the last index of the log before that the call left alone. Its
	// partial results end anywhere from there on.
	kept uint64
	// counts are of all versions up to this one.
	counts counts
}

// counts tell without a walk what happened between two versions.
type counts struct{ batches, replaces, rewrites, purges, entries int }

// hardVersion is one hard state that the calls went through.
type hardVersion struct {
	prev     *hardVersion
	seq      int
	id       sequence
	value    engines.HardState
	has      bool
	call     int
	op       *Op
	returned int
}

// force is a moment at which everything up to a version became durable.
type force struct {
	prev *force
	seq  int
	// call returned and thereby forced; kind is what it was.
	call int
	op   *Op
	// purges tells that purges cannot be undone either.
	purges bool
}

// earliest returns the first force that covers version seq; nil if none does.
func (f *force) earliest(seq int, purge bool) *force {
	var found *force
	for ; f != nil && f.seq >= seq; f = f.prev {
		if f.purges || !purge {
			found = f
		}
	}
	return found
}

// state is all that matters of a history: the logs and hard states that a crash
// may leave, and why no older ones. It is immutable; states share versions.
type state struct {
	// log is the newest version, floor the oldest that a crash may leave.
	log, floor *version
	// purged is the version up to which purges can no longer be undone alone.
	purged int
	forces *force

	hard, hardFloor *hardVersion
	hardForces      *force

	// recoveries counts the reopens and crashes that the state has been through.
	recoveries int
	// tested are the durability properties that have something to keep.
	tested PropertySet
}

// fresh returns the state of an engine that was just created.
func fresh() *state {
	v := &version{log: logValue{mark: &mark{first: 1}}}
	h := &hardVersion{}
	return &state{log: v, floor: v, hard: h, hardFloor: h}
}

// same tells whether nothing can tell s and o apart from now on.
func (s *state) same(o *state) bool {
	return s == o || s.log.id == o.log.id && s.floor.seq == o.floor.seq && s.purged == o.purged &&
		s.hard.id == o.hard.id && s.hardFloor.seq == o.hardFloor.seq
}

// hash agrees with same.
func (s *state) hash() uint64 {
	return fold(s.log.id.Lo+uint64(s.floor.seq), s.hard.id.Lo+uint64(s.hardFloor.seq)<<32+uint64(s.purged))
}

// raise makes v durable, and purges up to it if the force covers them.
func (s *state) raise(v *version, f force) {
	if v.seq <= s.floor.seq && (!f.purges || v.seq <= s.purged) {
		return
	}
	if v.seq > s.floor.seq {
		s.floor = v
		s.tested = s.tested.With(durabilityOf(f.op))
	}
	if f.purges {
		s.purged = max(s.purged, v.seq)
	}
	f.seq, f.prev = v.seq, s.forces
	s.forces = &f
}

func (s *state) raiseHard(h *hardVersion, f force) {
	if h.seq <= s.hardFloor.seq {
		return
	}
	s.hardFloor = h
	f.seq, f.prev = h.seq, s.hardForces
	s.hardForces = &f
}

// durabilityOf names the promise that a call makes by returning.
func durabilityOf(op *Op) Property {
	switch {
	case op.Kind == Flush:
		return FlushedDurable
	case op.Kind == Reopen || op.Kind == Crash:
		return RecoveredDurable
	case op.writesEntries():
		return AckedDurable
	}
	return MutationDurable
}

// returnedBefore returns the newest version whose call had returned at time t.
func (v *version) returnedBefore(t int) *version {
	for v.returned >= t && v.prev != nil {
		v = v.prev
	}
	return v
}

func (h *hardVersion) returnedBefore(t int) *hardVersion {
	for h.returned >= t && h.prev != nil {
		h = h.prev
	}
	return h
}
