package volume

import (
	"syscall"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/journal"
)

// Begun is a sync that runs. It covers what the file held when it began.
type Begun struct {
	events int        // that happened before
	clean  *tree.Node // the file then, if a failed sync may revert to it
}

// Sync is fsync or fdatasync of a file, as e says. Its only error is a fault's; the
// journal then has EventSyncFail. With a gate others may go on while it runs: it gives
// the lock away meanwhile.
func (v *Volume) Sync(e journal.Event) error {
	gate := v.gate.Load()
	if gate == nil {
		return v.EndSync(e, v.now(e.Ino))
	}
	begun := v.BeginSync(e)
	v.RWMutex.Unlock()
	(*gate).Hold()
	v.RWMutex.Lock()
	return v.EndSync(e, begun)
}

// BeginSync begins a sync that EndSync ends. Others may change the volume meanwhile.
func (v *Volume) BeginSync(e journal.Event) Begun {
	begun := v.now(e.Ino)
	e.Kind = journal.EventSyncBegin
	v.Record(e)
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
func (v *Volume) EndSync(e journal.Event, begun Begun) error {
	err := v.fire(e.Path, fault.SyncError)
	if err != nil {
		e.Kind = journal.EventSyncFail
	}
	if v.rec != nil {
		e.During = v.rec.Len() - begun.events
	}
	v.Record(e)
	switch {
	case begun.clean == nil || v.clean == nil: // nil too once the process was killed
	case err != nil:
		v.revert(e)
	default:
		v.clean[e.Ino] = begun.clean
	}
	return err
}

// revert makes a file again what its last sync left, through events of its own,
// so that the journal has all that can be read.
func (v *Volume) revert(e journal.Event) {
	old := v.clean[e.Ino]
	if old == nil {
		old = &tree.Node{}
	}
	_ = v.Resize(e.Ino, e.Path, old.Size) // it had this size before
	for off := int64(0); off < old.Size; off += tree.PageBytes {
		was := make([]byte, min(tree.PageBytes, old.Size-off))
		now := make([]byte, len(was))
		old.ReadAt(was, off)
		v.Tree.Inode(e.Ino).ReadAt(now, off)
		if string(was) != string(now) {
			v.store(e.Ino, e.Path, was, off)
		}
	}
}

// WriteSync is the sync that follows a write before it returns.
type WriteSync uint8

const (
	// SyncNone is none.
	SyncNone WriteSync = iota
	// SyncDataAfter is fdatasync, as with O_DSYNC.
	SyncDataAfter
	// SyncAllAfter is fsync, as with O_SYNC.
	SyncAllAfter
)

// Write writes to a file and then syncs as after says, unless a fault says
// otherwise or the disk is full: all or nothing. EFBIG, ENOSPC, a fault's error, and EIO
// where a page that is changed in part cannot be read.
func (v *Volume) Write(ino tree.Ino, path string, p []byte, off int64, after WriteSync) error {
	if off > fileBytesMax-int64(len(p)) {
		return syscall.EFBIG
	}
	if err := v.fire(path, fault.WriteError, fault.NoSpace); err != nil {
		return err
	}
	if v.Tree.Inode(ino).FailsWrite(off, off+int64(len(p))) {
		return syscall.EIO
	}
	if v.spaceBytes -= int64(len(p)); v.spaceBytes < 0 {
		v.spaceBytes = 0
		return syscall.ENOSPC
	}
	v.store(ino, path, p, off)
	switch after {
	case SyncDataAfter:
		return v.Sync(journal.Event{Kind: journal.EventSyncData, Ino: ino, Path: path})
	case SyncAllAfter:
		return v.Sync(journal.Event{Kind: journal.EventSync, Ino: ino, Path: path})
	}
	return nil
}
