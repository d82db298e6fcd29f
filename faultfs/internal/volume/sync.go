package volume

import (
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/journal"
)

// Begun is a sync that runs. It covers what the file held when it began.
type Begun struct {
	events int        // that happened before
	clean  *tree.Node // the file then, if a failed sync may revert to it
}

// Sync is fsync or fdatasync of a file or directory. Its only error is a fault's; the
// journal then has EventSyncFail. With a gate others may go on while it runs: it gives
// the lock away meanwhile.
func (v *Volume) Sync(f File, dataOnly bool) error {
	gate := v.gate.Load()
	if gate == nil {
		return v.EndSync(f, dataOnly, v.now(f.Ino))
	}
	begun := v.BeginSync(f)
	v.RWMutex.Unlock()
	(*gate).Hold()
	v.RWMutex.Lock()
	return v.EndSync(f, dataOnly, begun)
}

// BeginSync begins a sync that EndSync ends. Others may change the volume meanwhile.
func (v *Volume) BeginSync(f File) Begun {
	begun := v.now(f.Ino)
	v.Record(journal.Event{Kind: journal.EventSyncBegin, Ino: f.Ino, Path: f.Path})
	return begun
}

func (v *Volume) now(ino tree.Ino) Begun {
	var begun Begun
	if v.rec != nil {
		begun.events = v.rec.Len()
	}
	if v.failure == fault.SyncFailureRevert && !v.Tree.Inode(ino).IsDir {
		begun.clean = v.Tree.Share(ino)
	}
	return begun
}

// EndSync ends a sync, as Sync does.
func (v *Volume) EndSync(f File, dataOnly bool, begun Begun) error {
	c := Call{Kind: v.syncCall(f.Ino, dataOnly), File: f}
	failed, fails := v.fire(&c)
	if fails && !failed.Lands && failed.Error != fault.EINTR {
		v.syncFailed(&c, failed.Error, begun)
		return failed.Error.Err()
	}
	if fails && failed.Error == fault.EINTR {
		v.noteFault(&c, failed.Error, false)
		if !f.Restarts {
			return failed.Error.Err()
		}
	}
	kind := journal.EventSync
	if dataOnly {
		kind = journal.EventSyncData
	}
	v.Record(journal.Event{Kind: kind, Ino: f.Ino, Path: f.Path, During: v.since(begun)})
	if begun.clean != nil && v.clean != nil { // nil too once the process was killed
		v.clean[f.Ino] = begun.clean
	}
	if fails && failed.Lands {
		v.noteFault(&c, failed.Error, true)
		return failed.Error.Err()
	}
	return nil
}

func (v *Volume) syncCall(ino tree.Ino, dataOnly bool) fault.Call {
	switch {
	case v.Tree.Inode(ino).IsDir:
		return fault.FsyncDir
	case dataOnly:
		return fault.Fdatasync
	}
	return fault.Fsync
}

// since returns how many events there were since a sync began.
func (v *Volume) since(begun Begun) int {
	if v.rec == nil {
		return 0
	}
	return v.rec.Len() - begun.events
}

// syncFailed journals that a sync failed, and makes of the file what that leaves.
func (v *Volume) syncFailed(c *Call, e fault.Error, begun Begun) {
	v.Record(journal.Event{Kind: journal.EventSyncFail, Ino: c.Ino, Path: c.Path, During: v.since(begun), Failed: c.Kind, Error: e})
	if begun.clean != nil && v.clean != nil {
		v.revert(c.File)
	}
}

// revert makes a file again what its last sync left, through events of its own,
// so that the journal has all that can be read.
func (v *Volume) revert(f File) {
	old := v.clean[f.Ino]
	if old == nil {
		old = &tree.Node{}
	}
	v.resize(f, old.Size)
	for off := int64(0); off < old.Size; off += tree.PageBytes {
		was := make([]byte, min(tree.PageBytes, old.Size-off))
		now := make([]byte, len(was))
		old.ReadAt(was, off)
		v.Tree.Inode(f.Ino).ReadAt(now, off)
		if string(was) != string(now) {
			v.store(f, was, off)
		}
	}
}
