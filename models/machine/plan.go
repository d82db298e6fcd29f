package machine

import (
	"slices"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// answer is what the contract says of a call.
type answer uint8

const (
	mustAccept answer = iota
	mustRefuse
	mayRefuse
)

// plan returns what c may make of w, and whether the contract allows it.
func (m spec) plan(w *world, c *models.Call) ([]effect, answer) {
	op := opOf(c)
	if w.stopped && op.needsRunning() {
		return nil, mustRefuse
	}
	e, next := effect{stopped: w.stopped}, w.now.state
	switch op.Kind {
	case Apply:
		return m.planApply(w, op)
	case Restore:
		return w.planRestore(c)
	case Generate:
		if op.Position != w.now.applied {
			return nil, mustRefuse
		}
		e.file = generated(w.files.find(op.Name), c, w.now.state.data, !m.PersistNeedsFlush && !m.Volatile)
	case UpdateApplied, PersistApplied:
		if op.Position.Index > next.applied.Index {
			next.applied = op.Position
			e.states = []state{next}
		}
	case UpdateMetadata, PersistMetadata:
		next.meta = metadata{op.Metadata, true}
		next.meta.Checksum = w.files.find(op.Name).given(c)
		if next.meta != w.now.meta {
			e.states = []state{next}
		}
	case Reset:
		if w.now.applied != (engines.LogID{}) || len(w.now.pairs) > 0 || w.now.meta.has {
			e.states, e.replaces, e.tested = []state{{}}, true, models.SetOf(models.SnapshotAtomic)
		}
	case Start, Stop:
		e.stopped = op.Kind == Stop
	}
	return []effect{e}, mustAccept
}

func (m spec) planApply(w *world, op *Op) ([]effect, answer) {
	e, next := effect{}, w.now.state
	for i := range op.Entries {
		entry := &op.Entries[i]
		result := engines.ApplyResult{Index: entry.Index}
		switch {
		case entry.Kind == noCommand || entry.Index > next.applied.Index+1:
			return nil, mustRefuse
		case entry.Index <= next.applied.Index:
			result.Repeated = true
			e.tested = e.tested.With(models.ExactlyOnce)
		default:
			if entry.Kind != engines.CommandNone && next.get(entry.Key) != nil {
				e.tested = e.tested.With(models.ExactlyOnce)
			}
			next.data, result.Succeeded = next.apply(entry)
			e.states = append(e.states, next)
		}
		e.results = append(e.results, result)
	}
	switch n := len(e.states); {
	case n > 1:
		e.tested = e.tested.With(models.ApplyAtomic)
		if !m.ChunkMaySplit {
			e.states = e.states[n-1:]
		}
		fallthrough
	case n > 0:
		e.tested = e.tested.With(models.Prefix, models.AppliedAgrees)
	}
	return []effect{e}, mustAccept
}

func (w *world) planRestore(c *models.Call) (out []effect, _ answer) {
	op := opOf(c)
	f := w.files.find(op.Name)
	given := f.given(c)
	found, sure := f.restores(op, given)
	found = slices.DeleteFunc(found, func(d data) bool { return d.applied.Index < w.now.applied.Index })
	for _, d := range found {
		made := state{d, metadata{engines.SnapshotMetadata{LastIncluded: op.Metadata.LastIncluded, Checksum: given}, true}}
		out = append(out, effect{states: []state{made}, replaces: true, tested: models.SetOf(models.SnapshotAtomic, models.Prefix)})
	}
	switch {
	case len(found) == 0:
		return nil, mustRefuse
	case !sure:
		return out, mayRefuse
	}
	return out, mustAccept
}

// wrongly returns what op, a restore that must be refused, would make of w; nil if there
// is no such snapshot.
func (w *world) wrongly(op *Op, by cause) *version {
	f := w.files.find(op.Name)
	if f == nil || len(f.contents) == 0 || w.stopped {
		return nil
	}
	made := state{f.contents[len(f.contents)-1].data, metadata{op.Metadata, true}}
	return w.now.child(made, by, w.now.era+1, never)
}
