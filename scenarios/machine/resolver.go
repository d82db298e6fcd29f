package machine

import (
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
	model "github.com/ackproof/ackproof/models/machine"
	"github.com/ackproof/ackproof/scenarios"
)

// resolver keeps what the machine has applied, and which snapshots there are.
type resolver struct {
	contract model.Contract
	log      Committed
	applied  uint64
	running  bool
	// first and count are the chunk that was applied last.
	first     uint64
	count     int
	snapshots []snapshot
	// made counts the snapshots' names.
	made int
}

// snapshot is a file that was generated.
type snapshot struct {
	name string
	at   engines.LogID
}

// metadata returns what is kept of s in programs that keep it; it need not be the file's.
func (s snapshot) metadata() engines.SnapshotMetadata {
	return engines.SnapshotMetadata{LastIncluded: s.at, Checksum: sha256.Sum256([]byte(s.name))}
}

// NewResolver returns a resolver for a machine that is fresh and started. The Input of its
// actions is the chunk that a call applies, []engines.Entry.
func NewResolver() scenarios.Resolver { return &resolver{running: true} }

// Adopt takes what the machine is held to, and what it has from what it showed: it is
// started whenever it is opened.
func (r *resolver) Adopt(c models.Contract, v models.View) {
	r.contract, r.running = c.(model.Contract), true
	view := v.(*model.View)
	const believedMax = 1 << 20 // a machine that shows more is refuted, and needs no log
	r.applied = min(view.LastApplied.Index, believedMax)
	r.log.upTo(r.applied)
	if view.Files == nil {
		return
	}
	r.snapshots = slices.DeleteFunc(r.snapshots, func(s snapshot) bool {
		return !slices.ContainsFunc(view.Files, func(f model.File) bool { return f.Name == s.name })
	})
}

// Offers returns true: a machine has all operations.
func (r *resolver) Offers(scenarios.Step) bool { return true }

// Resolve returns the call that s is, and takes it to succeed unless it is to be refused. A
// step that needs a snapshot is nothing where there is none.
func (r *resolver) Resolve(s scenarios.Step) []scenarios.Action {
	if s.Kind.IsFault() {
		return []scenarios.Action{{Fault: &s}}
	}
	op, input := r.call(s)
	if op == nil {
		return nil
	}
	return []scenarios.Action{{Op: op, Input: input, CancelAfter: s.CancelAfter}}
}

func (r *resolver) call(s scenarios.Step) (op *model.Op, input any) {
	switch s.Kind {
	case Apply:
		chunk := r.chunk(s)
		return model.ApplyOf(chunk), chunk
	case UpdateApplied, PersistApplied:
		r.log.upTo(r.applied + uint64(max(0, s.Count)))
		r.applied += uint64(max(0, s.Count))
		return &model.Op{Kind: operations[s.Kind], Position: r.log.ID(r.applied)}, nil
	case Generate:
		return r.generate(s), nil
	case UpdateMetadata, PersistMetadata, Restore:
		return r.fromSnapshot(s), nil
	case Reset:
		if r.running {
			r.applied = 0
		}
	case Stop, Start:
		r.running = s.Kind == Start
	case Get:
		return &model.Op{Kind: model.Get, Key: string(Key(s.Position))}, nil
	case GetMulti:
		op := &model.Op{Kind: model.GetMulti}
		for i := range min(KeysMax, max(1, s.Count)) {
			op.Keys = append(op.Keys, string(Key(s.Position+i)))
		}
		return op, nil
	case ReadTerm:
		return &model.Op{Kind: model.ReadTerm, Index: r.applied - min(r.applied, uint64(max(0, s.Back)))}, nil
	}
	kind, ok := operations[s.Kind]
	if !ok {
		panic(fmt.Sprintf("machine: step %v is not one call", s.Kind))
	}
	return &model.Op{Kind: kind}, nil
}

// operations are the calls that steps are.
var operations = map[scenarios.Kind]model.Kind{
	UpdateApplied: model.UpdateApplied, PersistApplied: model.PersistApplied, UpdateMetadata: model.UpdateMetadata,
	PersistMetadata: model.PersistMetadata, Restore: model.Restore, Reset: model.Reset, Flush: model.Flush,
	SaveHardState: model.SaveHardState, Stop: model.Stop, Start: model.Start, Scan: model.Scan,
	ReadApplied: model.ReadApplied, ReadMetadata: model.ReadMetadata, ReadLen: model.ReadLen,
}

// chunk returns what Apply applies. The last chunk is applied again only where nothing is
// missing before it.
func (r *resolver) chunk(s scenarios.Step) []engines.Entry {
	back := min(uint64(max(0, s.Back)), r.applied)
	first, count := r.applied-back+1, max(0, s.Count)+int(back)
	if s.Again {
		first, count = r.first, r.count
		if first > r.applied+1 {
			count = 0
		}
	}
	if count == 0 {
		return nil
	}
	chunk := r.log.Chunk(first, count, 0, s)
	r.first, r.count = first, count
	if r.running {
		r.applied = max(r.applied, first+uint64(count)-1)
	}
	return chunk
}

func (r *resolver) generate(s scenarios.Step) *model.Op {
	if !s.Again || r.made == 0 {
		r.made++
	}
	// What a crash left of the last one may be in the way of this.
	last := snapshot{name: fmt.Sprintf("snapshot-%d", r.made), at: r.log.ID(r.applied)}
	r.snapshots = slices.DeleteFunc(slices.Clone(r.snapshots), func(o snapshot) bool { return o.name == last.name })
	if r.running {
		r.snapshots = append(r.snapshots, last)
	}
	return &model.Op{Kind: model.Generate, Name: last.name, Position: last.at}
}

// fromSnapshot returns the call for a step that needs a snapshot, nil if there is none.
func (r *resolver) fromSnapshot(s scenarios.Step) *model.Op {
	n := len(r.snapshots) - 1 - max(0, s.Back)
	if n < 0 {
		return nil
	}
	from := r.snapshots[n]
	if s.Kind != Restore {
		return &model.Op{Kind: operations[s.Kind], Metadata: from.metadata()}
	}
	op := &model.Op{Kind: model.Restore, Name: from.name, Harm: harms[min(max(0, s.Harm), len(harms)-1)]}
	op.Metadata.LastIncluded = from.at
	if r.running && op.Harm == model.Unharmed && from.at.Index >= r.applied {
		r.applied = from.at.Index
	}
	return op
}

// ReadBack reads the last applied position, and adopts it.
func (r *resolver) ReadBack(read func(scenarios.Action) (models.Result, bool)) bool {
	got, ok := read(scenarios.Action{Op: &model.Op{Kind: model.ReadApplied}})
	if !ok {
		return false
	}
	r.applied = got.Answer.(*model.Answer).Applied.Index
	r.log.upTo(r.applied)
	return true
}
