package raftlog

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ackproof/ackproof/internal/digest"
	"github.com/ackproof/ackproof/models"
)

// specState is all that matters of a history: the logs and hard states that a crash
// may leave, and why no older ones. It is immutable; states share versions.
type specState struct {
	// log is the newest version, floor the oldest that a crash may leave.
	log, floor *version
	// reach is the last index of the floor that must be there, whole for all of it.
	reach uint64
	// purged is the version up to which purges can no longer be undone alone.
	purged int
	forces *force
	// doubt is what refused calls may have left beside the versions.
	doubt *doubt
	// refused are what such calls may have made at first, of earlier lives too; they
	// serve explanations.
	refused []*version

	hard, hardFloor *hardVersion
	hardForces      *force

	// recoveries counts the reopens and crashes that the state has been through.
	recoveries int
	// tested are the durability properties that have something to keep, and whether
	// a call succeeded though a fault fired in it, or read beside a stuck sync.
	tested models.PropertySet
}

// IsCrowded reports whether there are more logs that there may be than are kept.
func (s *specState) IsCrowded() bool { return s.doubt.isCrowded() }

// Fresh returns the state of an engine that was just created.
func (m spec) Fresh() models.SpecState {
	v := &version{log: logValue{mark: &mark{first: 1}}}
	h := &hardVersion{}
	return &specState{log: v, floor: v, reach: whole, hard: h, hardFloor: h}
}

// Same reports whether no call can tell s from other.
func (s *specState) Same(other models.SpecState) bool {
	o := other.(*specState)
	return s == o || s.log.id == o.log.id && s.floor.seq == o.floor.seq && s.reach == o.reach && s.purged == o.purged &&
		s.hard.id == o.hard.id && s.hardFloor.seq == o.hardFloor.seq && s.doubt.same(o.doubt)
}

// Hash agrees with Same.
func (s *specState) Hash() uint64 {
	h := digest.Fold(s.log.id.Lo+uint64(s.floor.seq), s.hard.id.Lo+uint64(s.hardFloor.seq)<<32+uint64(s.purged))
	if s.doubt != nil {
		h += s.doubt.id.Lo
	}
	return h
}

// String returns the newest log and hard state of s and what is durable.
func (s *specState) String() string {
	hard := s.hard.settled()
	return fmt.Sprintf("log %s, durable %s, hard state %s, durable %s", s.logsText(), logText(s.floor.log),
		hardText(hard.value, hard.has), hardText(s.hardFloor.value, s.hardFloor.has))
}

// newest returns what the log may be: the newest version first.
func (s *specState) newest() []*version {
	return append([]*version{s.log}, s.doubt.left(true)...)
}

// Held returns the most that the log may hold.
func (s *specState) Held() (most models.Size) {
	for _, v := range s.newest() {
		most = most.Max(v.log.held())
	}
	return most
}

// logsText returns what the log may be: "1-3 or 1-4".
func (s *specState) logsText() string {
	if s.doubt == nil {
		return logText(s.log.log)
	}
	var out []string
	for _, v := range s.newest() {
		if text := logText(v.log); !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return strings.Join(out, " or ")
}

// force is a moment at which everything up to a version became durable.
type force struct {
	prev *force
	seq  int
	// reach is the last index of that version that did, whole for all of it.
	reach uint64
	// call returned and thereby forced; kind is what it was.
	call int
	op   *Op
	// masked is set if that call succeeded though a fault fired in it.
	masked bool
	// purges is set if purges cannot be undone either.
	purges bool
}

// earliest returns the first force that covers version seq, of which no more than up to
// kept came back; nil if none does.
func (f *force) earliest(seq int, kept uint64, purge bool) *force {
	var found *force
	for ; f != nil && f.seq >= seq; f = f.prev {
		if (f.purges || !purge) && (f.seq > seq || f.reach > kept) {
			found = f
		}
	}
	return found
}

// String returns the number and words of the call that forced.
func (f *force) String() string { return callText(f.call, f.op) }

func (f *force) cite() []int { return cite(f.call) }

// whole is the reach of a force that covers all of a version.
const whole = math.MaxUint64

// raise makes v durable, and purges up to it if the force covers them.
func (s *specState) raise(v *version, f force) { s.raiseTo(v, whole, f) }

// raiseTo makes v durable up to index reach.
func (s *specState) raiseTo(v *version, reach uint64, f force) {
	higher := v.seq > s.floor.seq || v.seq == s.floor.seq && reach > s.reach
	if !higher && (!f.purges || v.seq <= s.purged) {
		return
	}
	if higher {
		s.floor, s.reach = v, reach
		s.doubt = s.doubt.since(v.seq)
		s.tested = s.tested.With(durabilityOf(f.op))
	}
	if f.purges {
		s.purged = max(s.purged, v.seq)
	}
	f.seq, f.reach, f.prev = v.seq, reach, s.forces
	s.forces = &f
}

func (s *specState) raiseHard(h *hardVersion, f force) {
	if h.seq <= s.hardFloor.seq {
		return
	}
	s.hardFloor = h
	f.seq, f.reach, f.prev = h.seq, whole, s.hardForces
	s.hardForces = &f
}

// durabilityOf names the promise that a call makes by returning.
func durabilityOf(op *Op) models.Property {
	switch {
	case op.Kind == Flush:
		return models.FlushedDurable
	case op.Kind == reopen || op.Kind == crash:
		return models.RecoveredDurable
	case op.Kind == ending:
		return models.CloseDurable
	case op.Kind == ReadDurableIndex:
		return models.DurableIndexHonest
	case op.Reads():
		return models.ReadsDurable
	case op.writesEntries():
		return models.AckedDurable
	}
	return models.MutationDurable
}
