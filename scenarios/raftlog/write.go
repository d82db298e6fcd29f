package raftlog

import (
	"slices"

	"github.com/ackproof/ackproof/engines"
	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios"
)

// write resolves Persist and Replace.
func (r *resolver) write(s scenarios.Step) call {
	before := slices.Clone(r.shape.terms)
	from := r.shape.cut(s.Back)
	if r.contract.AcceptsGaps && s.Kind == Persist && s.Back <= 0 && s.Count > 0 && from%gapEvery == 0 {
		from = r.shape.leaveGap()
	}
	entries := make([]engines.Entry, max(0, s.Count))
	for i := range entries {
		entries[i].Index = from + uint64(i)
		entries[i].Term = r.shape.termOf(i, len(entries), max(1, s.Terms))
	}
	r.fill(entries, s)
	r.note(entries)
	op := logmodel.Op{Kind: operations[s.Kind], Entries: logmodel.EntriesOf(entries)}
	if s.Kind == Replace {
		op.From = from
	}
	for _, e := range entries {
		r.shape.terms = append(r.shape.terms, e.Term)
	}
	if n := len(r.shape.terms); r.contract.OverwriteKeepsTail && s.Kind == Persist && n < len(before) {
		r.shape.terms = append(r.shape.terms, before[n:]...)
		if len(entries) == 0 {
			r.shape.terms = before
		}
	}
	return call{op, entries, s.CancelAfter}
}

// writeAgain resolves a Persist of what was written last. It persists nothing where that
// would leave a hole, begins before the log, or is of terms that do not fit: a crash or
// another call has changed too much.
func (r *resolver) writeAgain(s scenarios.Step) call {
	entries := make([]engines.Entry, 0, len(r.written))
	if r.shape.takes(r.written) {
		for _, id := range r.written {
			entries = append(entries, engines.Entry{Index: id.Index, Term: id.Term})
		}
		r.fill(entries, s)
		r.shape.overwrite(entries, r.contract.OverwriteKeepsTail)
	}
	op := logmodel.Op{Kind: logmodel.Persist, Entries: logmodel.EntriesOf(entries)}
	return call{op, entries, s.CancelAfter}
}

// note notes what a step wrote, if it wrote anything.
func (r *resolver) note(entries []engines.Entry) {
	if len(entries) == 0 {
		return
	}
	r.written = make([]engines.LogID, len(entries))
	for i, e := range entries {
		r.written[i] = e.ID()
	}
}

// gapEvery is how often an append to a log that accepts gaps leaves one: where its
// index is a multiple.
const gapEvery = 5

// fill gives entries their payloads, all in one piece of memory.
func (r *resolver) fill(entries []engines.Entry, s scenarios.Step) {
	total, sizes := 0, s.PayloadSizes()
	for i, e := range entries {
		p, known := r.payloads[e.ID()]
		if !known {
			p = payload{sizes[i%len(sizes)].Pick(e.Index, e.Term), s.Fill}
			if most := r.contract.Limits.PayloadMaxBytes(); most > 0 {
				p.sizeBytes = min(p.sizeBytes, most)
			}
			r.payloads[e.ID()] = p
		}
		total += p.sizeBytes
	}
	buffer := make([]byte, total)
	for i, e := range entries {
		p := r.payloads[e.ID()]
		entries[i].Payload, buffer = buffer[:p.sizeBytes:p.sizeBytes], buffer[p.sizeBytes:]
		p.fill.Write(entries[i].Payload, e.Index, e.Term)
	}
}
