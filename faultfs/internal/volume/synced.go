package volume

import (
	"bytes"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/journal"
)

// synced journals a sync that went well. If late is not nil the next one says that.
func (v *Volume) synced(f File, dataOnly bool, begun Begun, late *fault.Error) {
	e := journal.Event{Kind: journal.EventSync, Ino: f.Ino, Path: f.Path, During: v.since(begun)}
	if dataOnly {
		e.Kind = journal.EventSyncData
	}
	if late != nil {
		e.Failed, e.Error = v.syncCall(f.Ino, dataOnly), *late
		v.noteFailure(f, *late, false)
	}
	v.Record(e)
	if begun.clean != nil && v.clean != nil { // nil too once the process was killed
		v.clean[f.Ino] = begun.clean
	}
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
	v.noteFailure(c.File, e, true)
	if begun.clean != nil && v.clean != nil {
		v.revert(c.File)
	}
}

// revert makes a file again what its last sync left, but for its size if only bytes were
// lost, through events of its own, so that the journal has all that can be read.
func (v *Volume) revert(f File) {
	old := v.clean[f.Ino]
	if old == nil {
		old = &tree.Node{}
	}
	if v.failure == fault.SyncFailureRevert {
		v.resize(f, old.Size)
	}
	size := v.Tree.Inode(f.Ino).Size
	was, now := make([]byte, tree.PageBytes), make([]byte, tree.PageBytes)
	for off := int64(0); off < size; off += tree.PageBytes {
		was, now = was[:min(tree.PageBytes, size-off)], now[:min(tree.PageBytes, size-off)]
		old.ReadAt(was, off)
		clear(was[min(max(0, old.Size-off), int64(len(was))):]) // behind its end it may hold more
		v.Tree.Inode(f.Ino).ReadAt(now, off)
		if from, to := differing(was, now); from < to {
			v.store(f, was[from:to], off+int64(from))
		}
	}
}

// differing returns the range outside of which two pages are the same.
func differing(a, b []byte) (from, to int) {
	if bytes.Equal(a, b) {
		return 0, 0
	}
	for from, to = 0, len(a); a[from] == b[from]; from++ {
	}
	for ; a[to-1] == b[to-1]; to-- {
	}
	return from, to
}
