package node

import (
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/machine"
	"github.com/ackproof/ackproof/models/raftlog"
)

// purge is a call that purged the log, or may have.
type purge struct {
	prev *purge
	call int
	op   *raftlog.Op
}

// with returns p and c, if that purges.
func (p *purge) with(c *models.Call) *purge {
	if o, ok := c.Op.(*Op); ok && o.Log != nil && o.Log.Kind == raftlog.Purge {
		return &purge{p, c.ID, o.Log}
	}
	return p
}

// to returns the newest purge up to index; nil if there is none.
func (p *purge) to(index uint64) *purge {
	for p != nil && p.op.Cutoff.Index != index {
		p = p.prev
	}
	return p
}

// purgedTo returns the last index that the log of v has not because it was purged. Where no
// boundary is kept, it is what is missing before the first entry.
func purgedTo(v *raftlog.View) uint64 {
	switch {
	case v.HasBoundary:
		return v.Boundary.Index
	case len(v.Entries) > 0:
		return max(1, v.Entries[0].Index) - 1
	}
	return v.LastIndex
}

// snapshotEnd returns the last index of the last snapshot, 0 if its file is not there as
// its metadata name it.
func snapshotEnd(v *machine.View) uint64 {
	isThere := func(f machine.File) bool { return f.Checksum == v.Metadata.Checksum }
	if !v.HasMetadata || !slices.ContainsFunc(v.Files, isThere) {
		return 0
	}
	return v.Metadata.LastIncluded.Index
}

// holds returns the last index whose effect the machine of v holds, or its last snapshot.
func holds(v *View) uint64 { return max(v.Machine.LastApplied.Index, snapshotEnd(&v.Machine)) }

// snapshotText says what the last snapshot is good for.
func snapshotText(v *machine.View) string {
	if v.HasMetadata && snapshotEnd(v) == 0 {
		return fmt.Sprintf("the file of its last snapshot, which ended at %d, is gone or another", v.Metadata.LastIncluded.Index)
	}
	return fmt.Sprintf("its last snapshot ends at %d", snapshotEnd(v))
}
