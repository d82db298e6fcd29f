package raftlog

import (
	"fmt"
	"slices"

	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios"
)

// Together returns what the clients do for s: a writer, then flushers, readers and a purger.
func (r *resolver) Together(s scenarios.Step) (out scenarios.Concurrent) {
	if s.Kind != scenarios.Concurrently {
		panic(fmt.Sprintf("raftlog: step %v is one call", s.Kind))
	}
	first, last := r.shape.boundary.Index, r.shape.last().Index
	before := r.shape
	before.terms = slices.Clone(before.terms)
	var written []logmodel.Op
	for _, inner := range s.Body {
		switch {
		case inner.Kind.IsFault():
			out.Writer = append(out.Writer, r.Resolve(inner)...)
			continue
		case !r.Offers(inner):
			continue
		}
		c := r.call(inner)
		written = append(written, c.op)
		out.Writer = append(out.Writer, r.split(c)...)
		first, last = min(first, r.shape.boundary.Index), max(last, r.shape.last().Index)
	}
	for range s.Flushers {
		out.Others = append(out.Others, flushes(max(1, s.Flushes)))
	}
	for reader := range s.Readers {
		out.Others = append(out.Others, r.reads(reader, max(1, s.Reads), first, last))
	}
	if purges := r.purges(s.Purges, before, written); len(purges) > 0 {
		out.Others = append(out.Others, purges)
	}
	return out
}

// purges returns purges that each take one more of the oldest entries. All of these were
// in the log before the block, and the writer touches none: in whatever order the calls
// run, each is valid and the log is the same in the end.
func (r *resolver) purges(count int, before shape, written []logmodel.Op) (out []scenarios.Action) {
	if r.contract.PurgeAlone || !r.Offers(scenarios.Step{Kind: Purge}) {
		return nil
	}
	free := before.last().Index - before.boundary.Index
	for _, op := range written {
		switch from := op.From; op.Kind {
		case logmodel.Purge, logmodel.Reset:
			return nil
		case logmodel.Persist, logmodel.Replace, logmodel.Truncate:
			if op.Kind == logmodel.Persist && len(op.Entries) > 0 {
				from = op.Entries[0].Index
			}
			free = min(free, max(from, before.boundary.Index+1)-before.boundary.Index-1)
		}
	}
	for n := range min(uint64(max(0, count)), free) {
		cutoff := before.cutoff(int(n + 1))
		r.shape.discard(cutoff)
		out = append(out, scenarios.Action{Op: &logmodel.Op{Kind: logmodel.Purge, Cutoff: cutoff}})
	}
	return out
}

func flushes(count int) []scenarios.Action {
	out := make([]scenarios.Action, count)
	for i := range out {
		out[i].Op = &logmodel.Op{Kind: logmodel.Flush}
	}
	return out
}

// reads returns count reads of positions from first to one past last, which are
// all that the writer can make while they run. Where there is a durable index each other
// one reads that.
func (r *resolver) reads(reader, count int, first, last uint64) []scenarios.Action {
	out := make([]scenarios.Action, count)
	for i := range out {
		out[i].Op = Read(scenarios.Mix(uint64(reader+1), uint64(i+1)), first, last)
		if r.contract.DurableIndex && (reader+i)%2 == 0 {
			out[i].Op = &logmodel.Op{Kind: logmodel.ReadDurableIndex}
		}
	}
	return out
}

// Read returns the read that draw picks of positions from first to one past last.
func Read(draw, first, last uint64) *logmodel.Op {
	from := first + draw%max(1, last-first+2)
	switch draw >> 61 {
	case 0, 1:
		return &logmodel.Op{Kind: logmodel.ReadLastIndex}
	case 2, 3, 4:
		return &logmodel.Op{Kind: logmodel.ReadRange, From: from, To: from + draw>>32%8}
	}
	return &logmodel.Op{Kind: logmodel.ReadEntry, From: from}
}
