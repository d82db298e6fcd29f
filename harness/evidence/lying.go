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
	base := faultfs.NewDisk(faultfs.Config{Image: l.Journal.Base, Unjournaled: true})
	changed := map[string]bool{} // whether a name is there, of those that changed
	dirs, moved := map[journal.Ino]bool{}, false
	there := func(name string) bool {
		is, known := changed[name]
		if !known {
			_, err := base.Stat(name)
			is = err == nil
		}
		return is
	}
	for i, e := range l.Journal.Events {
		switch e.Kind {
		case journal.EventCreate, journal.EventMkdir, journal.EventSymlink:
			changed[e.Path], dirs[e.Ino] = true, e.Kind == journal.EventMkdir
		case journal.EventLink:
			changed[e.ToPath] = true
		case journal.EventResize, journal.EventExchange:
			out[i] = true
		case journal.EventRemove:
			out[i], changed[e.Path] = true, false
		case journal.EventRename:
			out[i] = moved || there(e.ToPath)
			changed[e.Path], changed[e.ToPath] = false, true
			if info, err := base.Stat(e.Path); dirs[e.Ino] || err == nil && info.IsDir() {
				moved = true // what is below it has other names now
			}
		}
	}
	return out
}
