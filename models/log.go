package models

import "github.com/ackproof/ackproof/engines"

// node is one entry of a log and, by its parents, all that come before it. Logs
// share nodes: truncating a log is walking back, purging it changes no node.
type node struct {
	parent *node
	// jump is an ancestor further away, so that walking back takes O(log n).
	jump  *node
	entry Entry
	// sum is the digest of this entry and all its ancestors.
	sum Digest
	// maker is the version whose call wrote the entry.
	maker *version
	// hard is the newest hard state whose save had returned when that call began.
	hard *hardVersion
}

// child returns a node for entry after n; n may be nil.
func (n *node) child(entry Entry, base Digest, maker *version, hard *hardVersion) *node {
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

// at returns the ancestor of n, or n, that holds index; nil if there is none.
func (n *node) at(index uint64) *node {
	for n != nil && n.entry.Index > index {
		if n.jump != nil && n.jump.entry.Index >= index {
			n = n.jump
		} else {
			n = n.parent
		}
	}
	if n == nil || n.entry.Index != index {
		return nil
	}
	return n
}

// mark is where a log begins.
type mark struct {
	first uint64
	// boundary is the purged position before first, if has.
	boundary engines.LogID
	has      bool
	// base is the sum at the node before first.
	base Digest
	// prev is where the same log began before the purge that made this mark; nil
	// where undoing that purge alone would leave a hole.
	prev *mark
	// seq is the version that the purge made.
	seq int
}

// logValue is a log at one moment. The node on top has index first-1 or more;
// it is nil if the log is empty and nothing before it is known.
type logValue struct {
	mark *mark
	top  *node
}

func (l logValue) last() uint64 {
	if l.top == nil {
		return l.mark.first - 1
	}
	return l.top.entry.Index
}

func (l logValue) empty() bool { return l.top == nil || l.top.entry.Index < l.mark.first }

// sumTo returns the running sum at index, which is at most the last one.
func (l logValue) sumTo(index uint64) Digest {
	if n := l.top.at(index); n != nil {
		return n.sum
	}
	return l.mark.base
}

// cut returns l without the entries after index.
func (l logValue) cut(index uint64) logValue {
	return logValue{mark: l.mark, top: l.top.at(index)}
}

// entry returns the node that l holds at index; nil if there is none.
func (l logValue) entry(index uint64) *node {
	if index < l.mark.first {
		return nil
	}
	return l.top.at(index)
}
