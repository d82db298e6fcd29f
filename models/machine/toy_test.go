package machine

import (
	"maps"
	"slices"
	"strings"

	"github.com/ackproof/ackproof/engines"
)

// toy is the dumbest machine that keeps the contract, in maps. Tests run it for answers.
// It shares no code with the specification.
type toy struct {
	pairs   map[string]Value
	applied engines.LogID
	meta    *engines.SnapshotMetadata
	files   map[string]toyFile
	stopped bool
}

type toyFile struct {
	sum     engines.Checksum
	pairs   map[string]Value
	applied engines.LogID
	// torn says that a generate was refused, or did not return: junk may be there.
	torn bool
}

func newToy() toy { return toy{pairs: map[string]Value{}, files: map[string]toyFile{}} }

func (t toy) clone() toy {
	t.pairs, t.files = maps.Clone(t.pairs), maps.Clone(t.files)
	return t
}

// step returns the toy after op, what it answers, and whether it refuses. The id of the
// call makes up the checksum of what it generates.
func (t toy) step(op *Op, id int) (next toy, a Answer, refused bool) {
	next = t.clone()
	if t.stopped && !strings.Contains("update-applied persist-applied update-metadata persist-metadata start stop close flush save-hard-state read-applied read-metadata read-term read-len", op.Kind.String()) {
		return t, a, true
	}
	switch op.Kind {
	case Apply:
		for _, e := range op.Entries {
			if e.Index > next.applied.Index+1 || e.Kind > engines.CommandCompareAndSwap {
				return t, Answer{}, true
			}
			if e.Index <= next.applied.Index {
				a.Results = append(a.Results, engines.ApplyResult{Index: e.Index, Repeated: true})
				continue
			}
			ok := next.command(e)
			a.Results = append(a.Results, engines.ApplyResult{Index: e.Index, Succeeded: ok})
			next.applied = engines.LogID{Index: e.Index, Term: e.Term}
		}
	case UpdateApplied, PersistApplied:
		if op.Position.Index > t.applied.Index {
			next.applied = op.Position
		}
	case UpdateMetadata, PersistMetadata:
		next.meta = &op.Metadata
	case Generate:
		if op.Position != t.applied {
			return t, a, true
		}
		a.Checksum = engines.Checksum{byte(id)}
		next.files[op.Name] = toyFile{sum: a.Checksum, pairs: maps.Clone(t.pairs), applied: t.applied}
	case Restore:
		f, ok := t.files[op.Name]
		if !ok || f.torn || op.Harm != Unharmed || f.sum != op.Metadata.Checksum || f.applied != op.Metadata.LastIncluded || f.applied.Index < t.applied.Index {
			return t, a, true
		}
		next.pairs, next.applied, next.meta = maps.Clone(f.pairs), f.applied, &op.Metadata
	case Reset:
		next.pairs, next.applied, next.meta = map[string]Value{}, engines.LogID{}, nil
	case Start:
		next.stopped = false
	case Stop:
		next.stopped = true
	}
	return next, t.read(op, a), false
}

// command reports whether the command of e succeeded.
func (t toy) command(e Entry) bool {
	old, has := t.pairs[e.Key]
	switch e.Kind {
	case engines.CommandDelete:
		delete(t.pairs, e.Key)
	case engines.CommandPut:
		t.pairs[e.Key] = e.Value
	case engines.CommandCompareAndSwap:
		if has != (e.Expected != nil) || has && old != *e.Expected {
			return false
		}
		t.pairs[e.Key] = e.Value
	}
	return true
}

func (t toy) read(op *Op, a Answer) Answer {
	switch op.Kind {
	case Get:
		a.Values = []*Value{t.get(op.Key)}
	case GetMulti:
		for _, k := range op.Keys {
			a.Values = append(a.Values, t.get(k))
		}
		a.Applied.Index = t.applied.Index
	case Scan:
		for _, p := range t.sorted() {
			if strings.HasPrefix(p.Key, op.Key) {
				a.Pairs = append(a.Pairs, p)
			}
		}
		a.Applied.Index = t.applied.Index
	case ReadApplied:
		a.Applied = t.applied
	case ReadMetadata:
		a.Metadata = t.meta
	case ReadTerm:
		if op.Index == t.applied.Index {
			a.Term = t.applied.Term
		}
	case ReadLen:
		a.Len = len(t.pairs)
	}
	return a
}

func (t toy) get(key string) *Value {
	v, ok := t.pairs[key]
	if !ok {
		return nil
	}
	return &v
}

func (t toy) sorted() (out []Pair) {
	for _, k := range slices.Sorted(maps.Keys(t.pairs)) {
		out = append(out, Pair{k, t.pairs[k]})
	}
	return out
}

func (t toy) view() *View {
	v := &View{Pairs: t.sorted(), LastApplied: t.applied, Term: t.applied.Term}
	if t.meta != nil {
		v.Metadata, v.HasMetadata = *t.meta, true
	}
	for _, name := range slices.Sorted(maps.Keys(t.files)) {
		v.Files = append(v.Files, File{name, t.files[name].sum})
	}
	return v
}
