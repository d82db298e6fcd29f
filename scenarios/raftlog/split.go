package raftlog

import (
	"github.com/ackproof/ackproof/engines"
	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios"
)

// call is a call to make, as if every engine could make it.
type call struct {
	op logmodel.Op
	// entries are those of op with their payloads.
	entries     []engines.Entry
	cancelAfter int
}

// split returns what a caller does for c of an engine: if that cannot replace a range,
// truncate, if there is that, and then persist. A batch that is too large for it is
// persisted in several.
func (r *resolver) split(c call) []scenarios.Action {
	if r.contract.Replaces || c.op.Kind != logmodel.Replace {
		return c.within(r.contract.Limits)
	}
	var out []scenarios.Action
	if !r.contract.Without.Truncate {
		truncate := call{op: logmodel.Op{Kind: logmodel.Truncate, From: c.op.From}, cancelAfter: c.cancelAfter}
		out = append(out, truncate.action())
	}
	if len(c.entries) > 0 {
		out = append(out, c.persist(0).within(r.contract.Limits)...)
	}
	return out
}

// within returns c, or what does the same with batches that keep to the limits. All
// but the first append.
func (c call) within(l engines.Limits) []scenarios.Action {
	n := l.Fitting(c.entries)
	if n == len(c.entries) {
		return []scenarios.Action{c.action()}
	}
	first := c
	first.op.Entries, first.entries = c.op.Entries[:n], c.entries[:n]
	return append([]scenarios.Action{first.action()}, c.persist(n).within(l)...)
}

// persist returns a call that persists the entries of c but the first n.
func (c call) persist(n int) call {
	op := logmodel.Op{Kind: logmodel.Persist, Entries: c.op.Entries[n:]}
	return call{op: op, entries: c.entries[n:], cancelAfter: c.cancelAfter}
}

func (c call) action() scenarios.Action {
	return scenarios.Action{Op: &c.op, Input: c.entries, CancelAfter: c.cancelAfter}
}
