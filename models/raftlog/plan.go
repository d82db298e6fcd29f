package raftlog

import "math"

// answer is what the contract says of a call.
type answer uint8

const (
	mustAccept answer = iota
	mustRefuse
	// mayRefuse is for engines that cannot know what came before their log.
	mayRefuse
)

// edit is what a call does to a log: leave it as it was up to kept, begin it at
// mark, and append entries.
type edit struct {
	nothing bool
	kept    uint64
	// mark is nil if the log begins where it did. A mark without prev starts a
	// log that has nothing in common with the old one.
	mark    *mark
	entries []Entry
	// keepsTail puts what stood behind the entries behind them again.
	keepsTail bool
}

var noEdit = edit{nothing: true}

// plan returns what op does to log, and whether the contract allows it.
func (c Contract) plan(log logValue, op *Op) (edit, answer) {
	switch op.Kind {
	case Persist:
		if len(op.Entries) == 0 {
			return noEdit, mustAccept
		}
		e, answer := c.planEntries(log, op.Entries)
		e.keepsTail = c.OverwriteKeepsTail && e.mark == nil && e.kept < log.last()
		return e, answer
	case Replace:
		if len(op.Entries) == 0 {
			return c.planTruncate(log, op.From)
		}
		if op.Entries[0].Index != op.From {
			return noEdit, mustRefuse
		}
		return c.planEntries(log, op.Entries)
	case Truncate:
		return c.planTruncate(log, op.From)
	case Purge:
		return planPurge(log, op), mustAccept
	}
	if log.empty() && !log.mark.has && log.mark.first == 1 {
		return noEdit, mustAccept
	}
	return edit{mark: &mark{first: 1}}, mustAccept
}

func (c Contract) planEntries(log logValue, entries []Entry) (edit, answer) {
	from := entries[0].Index
	if !consecutive(entries) {
		return noEdit, mustRefuse
	}
	isGap := from > log.last()+1
	switch {
	case from >= log.mark.first && !isGap, isGap && c.AcceptsGaps && (c.KeepsBoundary || !log.empty()):
		return edit{kept: log.lastUpTo(from - 1), entries: entries}, mustAccept
	case c.KeepsBoundary, isGap && !log.empty():
		return noEdit, mustRefuse
	}
	anew := edit{kept: from - 1, mark: &mark{first: from}, entries: entries}
	if log.empty() && !log.mark.has && log.mark.first == 1 {
		return anew, mustAccept
	}
	return anew, mayRefuse
}

func (c Contract) planTruncate(log logValue, from uint64) (edit, answer) {
	from = max(from, 1)
	verdict := mustAccept
	if from < log.mark.first {
		if c.KeepsBoundary {
			return noEdit, mustRefuse
		}
		verdict, from = mayRefuse, log.mark.first
	}
	if from > log.last() {
		return noEdit, verdict
	}
	return edit{kept: log.lastUpTo(from - 1)}, verdict
}

func planPurge(log logValue, op *Op) edit {
	cutoff := op.Cutoff
	if cutoff.Index < log.mark.first {
		return noEdit
	}
	m := &mark{first: cutoff.Index + 1, boundary: cutoff, has: true}
	if cutoff.Index <= log.last() {
		m.base, m.prev = log.sumTo(cutoff.Index), log.mark
	}
	return edit{kept: math.MaxUint64, mark: m}
}

func consecutive(entries []Entry) bool {
	for i := range entries {
		if entries[i].Index != entries[0].Index+uint64(i) || entries[i].Index == 0 {
			return false
		}
	}
	return true
}

// rising reports whether no index is doubled or out of order.
func rising(entries []Entry) bool {
	last := uint64(0)
	for i := range entries {
		if entries[i].Index <= last {
			return false
		}
		last = entries[i].Index
	}
	return true
}

// apply returns what e makes of log. The nodes that it adds belong to maker.
func (e edit) apply(log logValue, maker *version, hard *hardVersion) logValue {
	var tail []*node
	if e.keepsTail {
		tail = log.behind(e.entries[len(e.entries)-1].Index)
	}
	switch {
	case e.mark == nil:
		log = log.cut(e.kept)
	case e.mark.prev == nil:
		log = logValue{mark: e.mark}
	default:
		log.mark = e.mark
	}
	if e.mark != nil {
		e.mark.seq = maker.seq
	}
	for _, entry := range e.entries {
		log.top = log.top.child(entry, log.mark.base, maker, hard)
	}
	for _, n := range tail {
		if hard.seq < n.hard.seq {
			hard = n.hard
		}
		log.top = log.top.child(n.entry, log.mark.base, n.maker, hard)
	}
	return log
}
