package evidence

import (
	"cmp"
	"fmt"
	"regexp"

	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/internal/plain"
	"github.com/ackproof/ackproof/models"
)

// Sabotage is a change of what an engine did, for the worse: a promise is to fall by it. One
// that nothing fell by says what the verdict "held" does not rest on.
type Sabotage struct {
	// Kind is what was done, and At to what: the lines that sync, or the file and the call
	// where they are not known; the kind of file, with * for its numbers; or the call of the
	// file system whose error was swallowed.
	Kind SabotageKind
	At   string
	// Broken is the first property that fell, "" if none did.
	Broken models.Property
	// States is how many crash states were judged.
	States int
	// Cut says that the time was up before all of them were.
	Cut bool
}

// SabotageKind is a way to sabotage an engine.
type SabotageKind string

// The kinds of sabotage.
const (
	// SyncElided: what a place syncs can still be lost.
	SyncElided SabotageKind = "fsync left out"
	// RenameSplit: the old file of the name is gone, and the new one is not there yet.
	RenameSplit SabotageKind = "rename split"
	// WriteDropped: the disk never has what was written.
	WriteDropped SabotageKind = "write dropped"
	// WriteTorn: the disk has the first half of what was written.
	WriteTorn SabotageKind = "write torn"
	// ErrorSwallowed: a call that failed, as a fault made it, is taken as one that went well.
	ErrorSwallowed SabotageKind = "error swallowed"
)

// SabotageKinds are all kinds, in their order.
var SabotageKinds = []SabotageKind{SyncElided, RenameSplit, WriteDropped, WriteTorn, ErrorSwallowed}

// String returns for instance "write dropped of wal-*.log".
func (s Sabotage) String() string {
	switch s.Kind {
	case SyncElided:
		return string(s.Kind) + " at " + s.At
	case RenameSplit:
		return string(s.Kind) + " to " + s.At
	}
	return string(s.Kind) + " of " + s.At
}

// Sensitivity says which sabotages a run would have seen: what its verdict rests on.
type Sensitivity []Sabotage

// Seen returns the sabotages by which a promise fell.
func (all Sensitivity) Seen() Sensitivity {
	return all.where(func(s Sabotage) bool { return s.Broken != "" })
}

// Unseen returns the sabotages by which no promise fell.
func (all Sensitivity) Unseen() Sensitivity {
	return all.where(func(s Sabotage) bool { return s.Broken == "" && !s.Cut })
}

// Cut returns the sabotages for which there was no time.
func (all Sensitivity) Cut() Sensitivity {
	return all.where(func(s Sabotage) bool { return s.Cut })
}

func (all Sensitivity) where(is func(Sabotage) bool) (out Sensitivity) {
	for _, s := range all {
		if is(s) {
			out = append(out, s)
		}
	}
	return out
}

// Count says how many were refuted.
func (all Sensitivity) Count() string {
	return fmt.Sprintf("%d of %s refuted", len(all.Seen()), plain.Count(len(all), "sabotage"))
}

// String says how many were refuted, and which were not, in one line.
func (all Sensitivity) String() string {
	unseen, cut, out := all.Unseen(), all.Cut(), all.Count()
	const namedMax = 2
	for i, s := range unseen[:min(len(unseen), namedMax)] {
		out += []string{"; not refuted: ", ", "}[min(i, 1)] + s.String()
	}
	if more := len(unseen) - namedMax; more > 0 {
		out += fmt.Sprintf(" and %d more", more)
	}
	if len(cut) > 0 {
		out += fmt.Sprintf("; no time was left for %d", len(cut))
	}
	return out
}

// Sabotaged returns the life as it would have been had one of its events been less: a rename
// that only took the new name's old file away, a write that never came, or of which half did.
// The engine does not run again: it is not told. Events keep their numbers, and effects may not.
func (l *Life) Sabotaged(kind SabotageKind, event int) *Life {
	return l.changed(func(events []journal.Event) {
		switch e := &events[event]; kind {
		case RenameSplit:
			e.Kind, e.Dir, e.Path = journal.EventRemove, e.ToDir, e.ToPath
		case WriteDropped:
			e.Kind, e.Data = journal.EventSyncRange, nil // which changes nothing
		case WriteTorn:
			e.Data = e.Data[:len(e.Data)/2]
		}
	})
}

// Swallowed returns the life as it would have been had a call that failed said that all was well.
func (l *Life) Swallowed(call int) *Life {
	out := l.Apart()
	for i := range out.Calls {
		if c := &out.Calls[i]; c.ID == call {
			c.Result = models.Result{}
		}
	}
	out.End(l.contract, l.Journal)
	return out
}

// hexNumber is a number in the name of a file, decimal or hexadecimal.
var hexNumber = regexp.MustCompile(`\b[0-9a-fA-F]*[0-9][0-9a-fA-F]*\b`)

// FileKind returns the kind of file that an event changed, with * for its numbers: under the
// new name if it was renamed.
func (l *Life) FileKind(event int) string {
	e := l.Journal.Events[event]
	return role(hexNumber.ReplaceAllLiteralString(cmp.Or(e.ToPath, e.Path), "0"))
}
