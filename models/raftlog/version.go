package raftlog

import (
	"fmt"
	"math"
	"slices"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/internal/digest"
	"github.com/ackproof/ackproof/models"
)

// never is the return time of a call that is pending.
const never = math.MaxInt

// version is one log that the calls went through.
type version struct {
	prev *version
	seq  int
	// id tells chains of versions apart.
	id  digest.Sequence
	log logValue
	// call and op made the version; op is nil for the first one of all.
	call int
	op   *Op
	// returned is when that call returned, never if it is pending, and 0 if that
	// was in an earlier life.
	returned int
	// masked is set if that call succeeded though a fault fired in it.
	masked bool
	// on is what the call made it of, if a refused call left that; nil if it is prev.
	on *version
	// kept is the last index of the log before that the call left alone.
	kept uint64
	// atomic says that the call wrote entries and a crash leaves no part of it, parts
	// that it may leave a log that ends anywhere from kept on.
	atomic, parts bool
	// hasTail says that the call kept what was behind its entries.
	hasTail bool
	// counts are of all versions up to this one.
	counts counts
}

// counts say without a walk what happened between two versions.
type counts struct{ batches, replaces, rewrites, purges, entries int }

// String returns the number and words of the call that made v.
func (v *version) String() string { return callText(v.call, v.op) }

func (v *version) cite() []int { return cite(v.call) }

// returnedBefore returns the newest version whose call had returned at time t.
func (v *version) returnedBefore(t int) *version {
	for v.returned >= t && v.prev != nil {
		v = v.prev
	}
	return v
}

// keptSince returns the last index that the call left alone, and those before it after
// floor that were refused.
func (v *version) keptSince(floor *version) uint64 {
	kept := uint64(math.MaxUint64)
	for ; v != nil && (v.seq > floor.seq || v.seq == floor.seq && v.returned == never); v = v.on {
		kept = min(kept, v.kept)
	}
	return kept
}

// hardVersion is one hard state that the calls went through.
type hardVersion struct {
	prev     *hardVersion
	seq      int
	id       digest.Sequence
	value    engines.HardState
	has      bool
	call     int
	op       *Op
	returned int
	// refused is set if the save was refused and may have happened.
	refused, masked bool
}

// settled returns the newest version from h back whose save was not refused.
func (h *hardVersion) settled() *hardVersion {
	for h.refused {
		h = h.prev
	}
	return h
}

// String returns the number and words of the call that saved h.
func (h *hardVersion) String() string { return callText(h.call, h.op) }

func (h *hardVersion) cite() []int { return cite(h.call) }

func (h *hardVersion) returnedBefore(t int) *hardVersion {
	for h.returned >= t && h.prev != nil {
		h = h.prev
	}
	return h
}

// logValue is a log at one moment. The node on top has index first-1 or more;
// it is nil if the log is empty and nothing before it is known.
type logValue struct {
	mark *mark
	top  *node
}

func (l logValue) last() uint64 {
	if l.empty() {
		return l.mark.first - 1
	}
	return l.top.entry.Index
}

func (l logValue) empty() bool { return l.top == nil || l.top.entry.Index < l.mark.first }

// lastUpTo returns the index of the last entry that is not after index, or that
// before the first: index itself, unless it is beyond the log or in a gap.
func (l logValue) lastUpTo(index uint64) uint64 { return l.cut(index).last() }

// sumTo returns the running sum at index, which is at most the last one.
func (l logValue) sumTo(index uint64) models.Digest {
	if n := l.top.upTo(index); n != nil {
		return n.sum
	}
	return l.mark.base
}

// sumBetween returns the sum of the entries from first to last, which is at most the
// last one.
func (l logValue) sumBetween(first, last uint64) models.Digest {
	return l.sumTo(last).Sub(l.sumTo(first - 1))
}

// cut returns l without the entries after index.
func (l logValue) cut(index uint64) logValue {
	return logValue{mark: l.mark, top: l.top.upTo(index)}
}

// behind returns the nodes of the entries after index, in their order.
func (l logValue) behind(index uint64) []*node {
	var out []*node
	for n := l.top; n != nil && n.entry.Index > index; n = n.parent {
		out = append(out, n)
	}
	slices.Reverse(out)
	return out
}

// entry returns the node that l holds at index; nil if there is none.
func (l logValue) entry(index uint64) *node {
	if index < l.mark.first {
		return nil
	}
	return l.top.ancestor(index)
}

// held returns how many entries l holds, and the bytes of their payloads.
func (l logValue) held() (size models.Size) {
	for n := l.top; n != nil && n.entry.Index >= l.mark.first; n = n.parent {
		size = models.Size{Items: size.Items + 1, Bytes: size.Bytes + n.entry.SizeBytes}
	}
	return size
}

func logText(l logValue) string {
	if l.empty() {
		return fmt.Sprintf("empty after %d", l.mark.first-1)
	}
	return fmt.Sprintf("%d-%d", l.mark.first, l.last())
}

type mark struct {
	first uint64
	// boundary is the purged position before first, if has.
	boundary engines.LogID
	has      bool
	// base is the sum at the node before first.
	base models.Digest
	// prev is where the same log began before the purge that made this mark; nil
	// where undoing that purge alone would leave a hole.
	prev *mark
	// seq is the version that the purge made.
	seq int
}

// node is one entry of a log and, by its parents, all that come before it. Logs
// share nodes: truncating a log is walking back, purging it changes no node.
type node struct {
	parent *node
	// jump is an ancestor further away, so that walking back takes O(log n).
	jump  *node
	entry Entry
	// sum is the digest of this entry and all its ancestors.
	sum models.Digest
	// maker is the version whose call wrote the entry.
	maker *version
	// hard is the newest hard state whose save had returned when that call began,
	// or one before it in the log did.
	hard *hardVersion
}

// child returns a node for entry after n; n may be nil.
func (n *node) child(entry Entry, base models.Digest, maker *version, hard *hardVersion) *node {
	c := &node{parent: n, jump: n, entry: entry, maker: maker, hard: hard}
	if n == nil {
		c.sum = base.Add(entry.weight())
		return c
	}
	c.sum = n.sum.Add(entry.weight())
	if j := n.jump; j != nil && j.jump != nil &&
		n.entry.Index-j.entry.Index == j.entry.Index-j.jump.entry.Index {
		c.jump = j.jump
	}
	return c
}

// ancestor returns the ancestor of n, or n, that holds index; nil if there is none.
func (n *node) ancestor(index uint64) *node {
	if n = n.upTo(index); n == nil || n.entry.Index != index {
		return nil
	}
	return n
}

// upTo returns the newest ancestor of n, or n, that is not after index; nil if there
// is none.
func (n *node) upTo(index uint64) *node {
	for n != nil && n.entry.Index > index {
		if n.jump != nil && n.jump.entry.Index >= index {
			n = n.jump
		} else {
			n = n.parent
		}
	}
	return n
}
