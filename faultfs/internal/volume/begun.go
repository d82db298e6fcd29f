package volume

import (
	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/journal"
)

// Begun is a sync that runs. It covers what the file held when it began.
type Begun struct {
	events    int        // that happened before
	clean     *tree.Node // the file then, if a failed sync may revert to it
	journaled bool       // by an event of its own
	stuck     bool       // it was stuck, and goes well when it ends
}

// BeginSync begins a sync that EndSync ends. Others may change the volume meanwhile.
func (v *Volume) BeginSync(f File) Begun {
	begun := v.Now(f.Ino)
	begun.journaled = true
	v.Record(journal.Event{Kind: journal.EventSyncBegin, Ino: f.Ino, Path: f.Path})
	return begun
}

// Now returns a sync that begins at this moment, without an event.
func (v *Volume) Now(ino tree.Ino) Begun {
	var begun Begun
	if v.rec != nil {
		begun.events = v.rec.Len()
	}
	if v.failure.ChangesReads() && !v.Tree.Inode(ino).IsDir {
		begun.clean = v.Tree.Share(ino)
	}
	return begun
}
