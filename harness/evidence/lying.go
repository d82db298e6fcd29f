package evidence

import (
	"fmt"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/corrupt"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/internal/plain"
)

// Lied returns the first life of an engine as it would have been on a disk that acknowledges flushes
// and does none: a power failure leaves any part of what was written, in any order. Not even a file
// system's own order holds there, as it is kept by flushes.
func (l *Life) Lied() *Life {
	out := l.Apart()
	out.Profile = crash.StrictPosix()
	out.Profile.FlushesLie = true
	out.Profile.Name = out.Profile.String()
	out.seal(l.contract)
	return out
}

// Lies returns what a crash state of a life is whose flushes lied. Older is of the life ([Life.Older]).
func (l *Life) Lies(state crash.State, older map[int]bool) *corrupt.Corruption {
	out := &corrupt.Corruption{Kind: corrupt.Lying}
	lost := l.Crashes().Lost(state)
	for i, id := range lost {
		e := l.Crashes().Effect(id)
		out.RestoresOld = out.RestoresOld || older[e.Event]
		if i == 0 {
			out.What = fmt.Sprintf("%s of %s never was", e.What, e.File)
		}
	}
	if len(lost) > 1 {
		out.What += ", nor " + plain.Count(len(lost)-1, "other change")
	}
	return out
}

// Older returns the events of a life that something older comes back for if they are lost: bytes
// that were written over or cut off, or a name that was taken away or given to another file.
func (l *Life) Older() map[int]bool {
	out := corrupt.Replacing(l.Journal)
	for i, e := range l.Journal.Events {
		switch e.Kind {
		case journal.EventRemove, journal.EventResize, journal.EventExchange:
			out[i] = true
		case journal.EventRename:
			before := faultfs.Resume(faultfs.Config{Unjournaled: true}, l.Journal.Until(i))
			_, err := before.Stat(e.ToPath)
			out[i] = err == nil
		}
	}
	return out
}
