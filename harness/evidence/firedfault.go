package evidence

import (
	"github.com/ackproof/ackproof/faultfs/journal"
)

// FiredFault is a call of the file system that a fault failed, and what the engine made of
// the error.
type FiredFault struct {
	// Life is the number of the engine's life that it fired in, counted from 1; the last
	// one shows the failure. Event is the number of the event there.
	Life  int `json:"life"`
	Event int `json:"event"`
	// What says which call failed, with what, and whether it had done what it was to do.
	What string `json:"what"`
	// Fault is the text of the fault, "" where the disk was full, or the error comes from
	// an fsync that failed before. Again counts the later calls that it failed too.
	Fault string `json:"fault,omitempty"`
	Again int    `json:"again,omitempty"`
	// Call is the engine's call that the failed one belongs to, 0 if that is not known.
	Call int `json:"call"`
	// Dropped says that this call succeeded all the same: the place in the code, or what
	// called it, dropped the error, or went another way.
	Dropped bool `json:"dropped,omitempty"`
	// Forgotten is the first call that the engine acknowledged after it had said that a
	// call failed, and before it was opened again; 0 for none.
	Forgotten int `json:"forgotten,omitempty"`
	// Missing is the call that acknowledged what is missing, while the fault fired or
	// after it; 0 for none.
	Missing int `json:"missing,omitempty"`
	// Frames are the stack that made the failed call, innermost first, engine frames only;
	// empty where it is not known.
	Frames []journal.Frame `json:"frames"`
	// Sentence says all that to a reader.
	Sentence string `json:"sentence"`
}
