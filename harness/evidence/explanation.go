package evidence

import (
	"fmt"
	"strings"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
)

// Explanation leads from a finding to its root cause. All of it follows from the
// journal by trying: effects are given back, syncs are put in, crash points are
// gone through, and the engine recovers each time.
type Explanation struct {
	// Sentence says which promise was broken, which call acknowledged it at
	// which event, and what came back after the crash at which event.
	Sentence string `json:"sentence"`
	// Faults are the calls of the file system that faults failed, one for each fault, in
	// the order of the lives. Empty where none fired.
	Faults []FiredFault `json:"faults,omitempty"`
	// Culprits are the fewest lost or torn effects that show the failure: with any
	// one of them kept whole, the engine recovers well. Empty if nothing need be lost.
	Culprits []Culprit `json:"culprits"`
	// MissingFsync is where one more fsync removes every failing state; nil if no
	// single fsync does, and then NoFsync says why. Without both nobody tried.
	MissingFsync *MissingFsync `json:"missingFsync,omitempty"`
	NoFsync      string        `json:"noFsync,omitempty"`
	// DecisiveEvent is the event that the finding turns on where no fsync helps: the call
	// that a fault failed, or the last that changed the disk before the crash. Nil if there
	// is none.
	DecisiveEvent *DecisiveEvent `json:"decisiveEvent,omitempty"`
	// Recovery is the place in the engine's recovery that panicked or hangs, or that last
	// changed or else read the file which the crash left damaged, where recovery has
	// to cope with that.
	// Empty where that is not known, or not the cause.
	Recovery []journal.Frame `json:"recovery,omitempty"`
	// Damages are the corruptions that were tried of the write whose corruption is the finding, by
	// kind and by what the engine made of them; empty if nothing was corrupted.
	Damages []TriedDamage `json:"damages,omitempty"`
	// ByPoint is how each crash point of the failing life fared, in the order of
	// the journal.
	ByPoint []PointVerdict `json:"byPoint"`
}

// Culprit is a lost or torn effect that the failure needs.
type Culprit struct {
	Effect crash.EffectID `json:"effect"`
	// What is the effect in words, Event the number of the event it belongs to.
	What  string `json:"what"`
	Event int    `json:"event"`
	// Torn says what was kept of it, "" if it was lost whole.
	Torn string `json:"torn,omitempty"`
	// Call is the call that was in flight, 0 for none.
	Call int `json:"call"`
	// Frames are the stack that issued it, innermost first, engine frames only;
	// empty where it is not known.
	Frames []journal.Frame `json:"frames"`
}

// MissingFsync is an fsync that the engine lacks.
type MissingFsync struct {
	// Path is the file or, if Dir, the directory to fsync.
	Path string `json:"path"`
	Dir  bool   `json:"dir"`
	// After is the event after which the fsync must come, Before the one before
	// which it must have returned. What is between them is the window that the
	// missing fsync leaves open.
	After  int `json:"after"`
	Before int `json:"before"`
	// Call is the call that may not return, or go on, before the fsync.
	Call int `json:"call"`
	// Frames are the place in the code, engine frames only, innermost first: the
	// stack of the event After or, where the engine should have synced before it
	// turned to another file, of the event Before; where it synced a file that it
	// had not changed, of that sync; where it recovered, of its reading. They are
	// empty where the call did nothing to the disk: then Call is the place.
	Frames []journal.Frame `json:"frames"`
	// Sentence says all that to a reader.
	Sentence string `json:"sentence"`
}

// DecisiveEvent is an event, and where it came from.
type DecisiveEvent struct {
	Event int    `json:"event"`
	What  string `json:"what"`
	// Call is the call that was in flight, 0 for none.
	Call int `json:"call"`
	// Frames are the stack that issued it, as those of a Culprit.
	Frames []journal.Frame `json:"frames"`
}

// PointVerdict is how one crash point fared.
type PointVerdict struct {
	// Point is the crash point: the number of events that had happened.
	Point int `json:"point"`
	// Visited and Failing count the states that were tried there.
	Visited int `json:"visited"`
	Failing int `json:"failing"`
}

// String returns the explanation in lines: what was [Explanation.Seen], the culprits with
// their places in the code, and the missing fsync or why none helps.
func (e *Explanation) String() string {
	var b strings.Builder
	b.WriteString(e.Seen())
	for _, c := range e.Culprits {
		fmt.Fprintf(&b, "culprit: %s, event %d", c.What, c.Event)
		if c.Torn != "" {
			fmt.Fprintf(&b, ", torn: %s", c.Torn)
		}
		if c.Call > 0 {
			fmt.Fprintf(&b, ", in call %d", c.Call)
		}
		b.WriteString(placeLine(c.Frames))
	}
	switch {
	case e.MissingFsync != nil:
		fmt.Fprintf(&b, "missing fsync: %s%s", e.MissingFsync.Sentence, placeLine(e.MissingFsync.Frames))
	case e.DecisiveEvent != nil:
		fmt.Fprintf(&b, "no fsync helps: %s%s", e.NoFsync, placeLine(e.DecisiveEvent.Frames))
	case e.NoFsync != "":
		fmt.Fprintf(&b, "no fsync helps: %s\n", e.NoFsync)
	}
	if len(e.Recovery) > 0 {
		b.WriteString("recovery, where it meets that:\n  " + strings.TrimLeft(placeLine(e.Recovery), "\n "))
	}
	return b.String()
}

// Seen returns, in lines, what can be said without trying anything: the sentence, and the
// faults with their places in the code.
func (e *Explanation) Seen() string {
	var b strings.Builder
	fmt.Fprintf(&b, "why: %s\n", e.Sentence)
	for _, f := range e.Faults {
		fmt.Fprintf(&b, "fault, event %d: %s%s", f.Event, f.Sentence, placeLine(f.Frames))
	}
	return b.String()
}

// placeLine ends a line with the place in the code, where that is known.
func placeLine(frames []journal.Frame) string {
	if len(frames) == 0 {
		return "\n"
	}
	return "\n  at " + PlaceText(frames) + "\n"
}
