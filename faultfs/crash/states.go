package crash

import (
	"iter"

	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/internal/digest"
)

// States are the crash states of one life: those of a [Space], or of a source that
// has the kernel make its images. They never change and may be used by many
// goroutines.
type States interface {
	// Points returns the times of the crash points, ascending.
	Points() []int
	// Walk visits the states as far as the plan goes, cheapest first. The same plan
	// gives the same walk.
	Walk(Plan) iter.Seq[Candidate]
	// Named visits the states that a walk with the plan called refs, in their order.
	Named(plan Plan, refs []Ref) iter.Seq[Candidate]
	// Coverage returns, for each stage, how much of it the plan visits.
	Coverage(Plan) []Coverage
	// StateOf returns the state that a walk with the plan called ref.
	StateOf(plan Plan, ref Ref) State
	// Sample returns one state at the last crash point up to a time, drawn by seed.
	Sample(time int, seed uint64) State
	// Check returns why a state is none of these ([ErrState]), nil if it is one.
	Check(State) error
	// Image returns what a state leaves. The state must be one of these. An error
	// says that the image could not be made, not that the state is wrong.
	Image(State) (*tree.Image, error)
	// Lost returns the pending effects that a state loses, in ascending order.
	Lost(State) []EffectID
	// Losing returns the state at c's point, with c's fill, that loses the given
	// effects and no other, and reports whether it is one of these.
	Losing(c State, lost []EffectID) (State, bool)
	// Needs returns the effects that must be durable before the given one is.
	Needs(EffectID) []EffectID
	// Effect describes an effect.
	Effect(EffectID) EffectInfo
	// LostAt returns how many effects there are of events from a time on, and how many of
	// them some crash at the given points, which ascend, loses.
	LostAt(points []int, since int) (lost, all int)
}

var _ States = (*Space)(nil)

// Candidate is a crash state that a walk has come to. It is valid until the walk
// goes on.
type Candidate interface {
	// Stage returns the stage that chose the state.
	Stage() Stage
	// Point returns the time of the crash.
	Point() int
	// Key returns a digest that is cheap to have. States of one life with equal keys
	// leave equal images.
	Key() digest.Digest
	// Ref returns a short name of the state, good for the walk's life and plan.
	Ref() Ref
	// State returns the state; it is the caller's.
	State() State
}

// Ref names a state of a walk in a few bytes; [States.StateOf] finds it again. What
// its numbers stand for only the source of the states knows.
type Ref struct {
	Point, Choice int32
	Stage         Stage
}
