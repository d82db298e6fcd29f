package harness

import "github.com/ackproof/ackproof/faultfs"

// Explanation leads from a finding to its root cause. All of it follows from the
// journal by trying: effects are given back, syncs are put in, crash points are
// gone through, and the engine recovers each time.
type Explanation struct {
	// Sentence tells which promise was broken, which call acknowledged it at
	// which event, and what came back after the crash at which event.
	Sentence string `json:"sentence"`
	// Culprits are the fewest lost or torn effects that turn the verdict: with
	// any one of them kept whole the finding is gone. Empty if the finding takes
	// no loss.
	Culprits []Culprit `json:"culprits"`
	// Barrier is where one more sync removes every failing state; nil if no
	// single sync does, and then NoBarrier says why.
	Barrier   *Barrier `json:"barrier,omitempty"`
	NoBarrier string   `json:"noBarrier,omitempty"`
	// Strip is how each crash point of the failing life fared, in the order of
	// the journal.
	Strip []PointVerdict `json:"strip"`
}

// Culprit is a lost or torn effect without which the finding would not be.
type Culprit struct {
	Effect faultfs.EffectID `json:"effect"`
	// What is the effect in words, Event the number of the event it belongs to.
	What  string `json:"what"`
	Event int    `json:"event"`
	// TornBytes is how much of it was kept, -1 if it was lost whole.
	TornBytes int `json:"tornBytes"`
	// Call is the call that was in flight, 0 for none.
	Call int `json:"call"`
	// Frames are the stack that issued it, innermost first, engine frames only;
	// empty where it is not known.
	Frames []faultfs.Frame `json:"frames"`
}

// Barrier is a sync that was missing.
type Barrier struct {
	// Path is the file or, if Dir, the directory to sync.
	Path string `json:"path"`
	Dir  bool   `json:"dir"`
	// After is the event after which the sync must come, Before the one before
	// which it must have returned.
	After  int `json:"after"`
	Before int `json:"before"`
	// Call is the call that may not return, or go on, before the sync.
	Call int `json:"call"`
	// Frames are the stack of the event After: the place in the code.
	Frames []faultfs.Frame `json:"frames"`
	// Sentence says all that to a reader.
	Sentence string `json:"sentence"`
}

// PointVerdict is how one crash point fared.
type PointVerdict struct {
	// Point is the crash point: so many events had happened.
	Point int `json:"point"`
	// Visited and Failing count the states that were tried there.
	Visited int `json:"visited"`
	Failing int `json:"failing"`
}
