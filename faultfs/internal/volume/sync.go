package volume

import (
	"syscall"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/journal"
)

// Sync is fsync or fdatasync of a file, as e says. Its only error is a fault's; the
// journal then has EventSyncFail.
func (v *Volume) Sync(e journal.Event) error {
	err := v.fire(e.Path, fault.SyncError)
	if err != nil {
		e.Kind = journal.EventSyncFail
	}
	v.Record(e)
	switch {
	case v.failure != fault.SyncFailureRevert || v.Tree.Inode(e.Ino).IsDir:
	case err != nil:
		v.revert(e)
	default:
		v.markClean(e.Ino)
	}
	return err
}

// markClean remembers a file as what the next failed sync of it reverts to.
func (v *Volume) markClean(ino tree.Ino) {
	v.clean[ino] = v.Tree.Share(ino)
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
// otherwise or the disk is full: all or nothing. EFBIG, ENOSPC, a fault's error.
func (v *Volume) Write(ino tree.Ino, path string, p []byte, off int64, after WriteSync) error {
	if off > fileBytesMax-int64(len(p)) {
		return syscall.EFBIG
	}
	if err := v.fire(path, fault.WriteError, fault.NoSpace); err != nil {
		return err
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
