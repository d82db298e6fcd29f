package scenarios

import (
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// Action is a step made concrete: the call to make, or the fault.
type Action struct {
	Op models.Op
	// Fault is the step of a fault, which is no call and has no Op; nil for a call.
	Fault *Step
	// CancelAfter is the step's. An action made into several calls gives it to each.
	CancelAfter int
	// Entries are those of Op with their payloads. They belong to the caller.
	Entries []engines.Entry
}

// For returns what a caller does for the action of an engine that is held to c: if
// that cannot replace a range, truncate, if there is that, and then persist. A batch
// that is too large for it is persisted in several.
func (a Action) For(c models.Contract, replaces bool) []Action {
	if replaces || a.Op.Kind != models.Replace {
		return a.split(c.Limits)
	}
	var out []Action
	if !c.Without.Truncate {
		out = append(out, Action{Op: models.Op{Kind: models.Truncate, From: a.Op.From}, CancelAfter: a.CancelAfter})
	}
	if len(a.Entries) > 0 {
		out = append(out, a.persist(0).split(c.Limits)...)
	}
	return out
}

// split returns a, or what does the same with batches that keep to the limits. All
// but the first append.
func (a Action) split(l engines.Limits) []Action {
	n := l.Fitting(a.Entries)
	if n == len(a.Entries) {
		return []Action{a}
	}
	first := a
	first.Op.Entries, first.Entries = a.Op.Entries[:n], a.Entries[:n]
	return append([]Action{first}, a.persist(n).split(l)...)
}

// persist returns an action that persists the entries of a but the first n.
func (a Action) persist(n int) Action {
	op := models.Op{Kind: models.Persist, Entries: a.Op.Entries[n:]}
	return Action{Op: op, Entries: a.Entries[n:], CancelAfter: a.CancelAfter}
}

// Resolver makes the steps of a program concrete. It keeps the shape of the log,
// as it is if every call succeeds. It is for one goroutine.
type Resolver struct {
	// Contract is what the engine is held to.
	Contract models.Contract
	shape    shape
	// payloads are those of all entries ever made: an index and a term name one
	// for good, though the log may have lost it since.
	payloads map[engines.LogID]payload
	// written are the positions of the entries that a step wrote last.
	written []engines.LogID
}

// NewResolver returns a resolver for an engine that is fresh.
func NewResolver() *Resolver { return &Resolver{payloads: map[engines.LogID]payload{}} }

// Offers reports whether the engine has the operations for s. Where it has not, the
// step is left out.
func (r *Resolver) Offers(s Step) bool {
	without := r.Contract.Without
	switch s.Kind {
	case Replace: // it may be a truncate, and a persist then
		return !without.Truncate || s.Count > 0 && !r.Contract.OverwriteKeepsTail
	case Truncate:
		return !without.Truncate
	case Purge, ReadBoundary:
		return !without.Purge
	case Reset:
		return !without.Reset
	case SaveHardState, FlushMeta, ReadHardState:
		return !without.HardState
	}
	return true
}

// Resolve returns the call that s is, which the engine must offer, and takes it to succeed,
// or the fault that s is. Reopen, Kill and Crash leave the shape of the log alone; Adopt
// follows them. It panics for Concurrently, which ResolveConcurrently is for, for FirstOpen
// and Hold, and for an unknown kind.
func (r *Resolver) Resolve(s Step) Action {
	op := models.Op{Kind: s.Kind.Operation()}
	switch s.Kind {
	case Persist, Replace:
		if s.Again {
			return r.writeAgain(s)
		}
		return r.write(s)
	case Truncate:
		op.From = r.shape.cut(s.Count)
	case Purge:
		op.Cutoff = r.shape.purge(s)
	case Reset:
		r.shape.reset()
	case SaveHardState:
		op.HardState = r.shape.elect(s)
	case ReadEntry:
		op.From = r.shape.at(s.Position)
	case ReadRange:
		op.From = r.shape.at(s.Position)
		op.To = op.From + uint64(max(1, s.Count)) - 1
	case Flush, FlushMeta, ReadLastIndex, ReadHardState, ReadBoundary, Reopen, Kill, Crash:
	case Fail, Space, Release:
		return Action{Fault: &s}
	default:
		panic(fmt.Sprintf("scenarios: step %v is not one call", s.Kind))
	}
	return Action{Op: op, CancelAfter: s.CancelAfter}
}

// Adopt takes the shape of the log from what an engine showed after it was
// opened again. A view that breaks the contract is taken as far as it goes.
func (r *Resolver) Adopt(view models.View) { r.shape = shapeOf(view, r.Contract.AcceptsGaps) }

// write resolves Persist and Replace.
func (r *Resolver) write(s Step) Action {
	before := slices.Clone(r.shape.terms)
	from := r.shape.cut(s.Back)
	if r.Contract.AcceptsGaps && s.Kind == Persist && s.Back <= 0 && s.Count > 0 && from%gapEvery == 0 {
		from = r.shape.leaveGap()
	}
	entries := make([]engines.Entry, max(0, s.Count))
	for i := range entries {
		entries[i].Index = from + uint64(i)
		entries[i].Term = r.shape.termOf(i, len(entries), s.terms())
	}
	r.fill(entries, s)
	r.note(entries)
	op := models.Op{Kind: s.Kind.Operation(), Entries: models.EntriesOf(entries)}
	if s.Kind == Replace {
		op.From = from
	}
	for _, e := range entries {
		r.shape.terms = append(r.shape.terms, e.Term)
	}
	if n := len(r.shape.terms); r.Contract.OverwriteKeepsTail && s.Kind == Persist && n < len(before) {
		r.shape.terms = append(r.shape.terms, before[n:]...)
		if len(entries) == 0 {
			r.shape.terms = before
		}
	}
	return Action{Op: op, Entries: entries, CancelAfter: s.CancelAfter}
}

// writeAgain resolves a Persist of what was written last. It persists nothing where that
// would leave a hole, begins before the log, or is of terms that do not fit: a crash or
// another call has changed too much.
func (r *Resolver) writeAgain(s Step) Action {
	entries := make([]engines.Entry, 0, len(r.written))
	if r.shape.takes(r.written) {
		for _, id := range r.written {
			entries = append(entries, engines.Entry{Index: id.Index, Term: id.Term})
		}
		r.fill(entries, s)
		r.shape.overwrite(entries, r.Contract.OverwriteKeepsTail)
	}
	op := models.Op{Kind: models.Persist, Entries: models.EntriesOf(entries)}
	return Action{Op: op, Entries: entries, CancelAfter: s.CancelAfter}
}

// note notes what a step wrote, if it wrote anything.
func (r *Resolver) note(entries []engines.Entry) {
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
func (r *Resolver) fill(entries []engines.Entry, s Step) {
	total, sizes := 0, s.sizes()
	for i, e := range entries {
		p, known := r.payloads[e.ID()]
		if !known {
			p = payload{sizes[i%len(sizes)].pick(e.ID()), s.Fill}
			if most := r.Contract.Limits.PayloadMaxBytes(); most > 0 {
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
		p.write(entries[i].Payload, e.Index, e.Term)
	}
}

// pick returns the size in r for the entry with id.
func (r SizeRange) pick(id engines.LogID) int {
	least := max(0, r.Min)
	span := uint64(max(0, r.Max-least)) + 1
	return least + int(mix(id.Index*indexFactor, id.Term*termFactor)%span)
}
