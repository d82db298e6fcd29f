package machinestore

import (
	"context"
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/machine"
)

// Call makes a call; its input is the chunk that is applied.
func (s *store) Call(ctx context.Context, op models.Op, input any) (answer any, err error) {
	o := op.(*machine.Op)
	switch o.Kind {
	case machine.Apply:
		chunk, _ := input.([]engines.Entry)
		results, err := s.ApplyChunk(ctx, chunk)
		return &machine.Answer{Results: results}, err
	case machine.UpdateApplied:
		s.UpdateLastApplied(o.Position)
	case machine.PersistApplied:
		return nil, s.PersistLastApplied(ctx, o.Position)
	case machine.UpdateMetadata:
		s.UpdateSnapshotMetadata(o.Metadata)
	case machine.PersistMetadata:
		return s.persistMetadata(ctx, o)
	case machine.Generate:
		sum, err := s.GenerateSnapshotData(ctx, s.snapshots.given(o.Name), o.Position)
		return &machine.Answer{Checksum: sum}, err
	case machine.Restore:
		return s.restore(ctx, o)
	case machine.SaveHardState:
		return nil, s.StateMachine.SaveHardState(ctx)
	case machine.Flush:
		return nil, s.StateMachine.Flush(ctx)
	case machine.Reset:
		return nil, s.StateMachine.Reset(ctx)
	case machine.Start:
		return nil, s.StateMachine.Start(ctx)
	case machine.Stop:
		return nil, s.StateMachine.Stop(ctx)
	default:
		return s.read(ctx, o)
	}
	return nil, nil
}

// restore has the machine restore from a snapshot, or from a copy that was harmed.
func (s *store) restore(ctx context.Context, o *machine.Op) (*machine.Answer, error) {
	metadata := o.Metadata
	name, sum, err := s.snapshots.handOver(o.Name, o.Harm)
	if err != nil {
		return nil, err
	}
	metadata.Checksum = sum
	return &machine.Answer{Checksum: sum}, s.ApplySnapshotFromFile(ctx, metadata, s.snapshots.given(name))
}

// persistMetadata keeps the metadata of a snapshot, with the checksum of its file if that is
// named.
func (s *store) persistMetadata(ctx context.Context, o *machine.Op) (answer any, err error) {
	if o.Name == "" {
		return nil, s.PersistSnapshotMetadata(ctx, o.Metadata)
	}
	_, sum, err := s.snapshots.handOver(o.Name, machine.Unharmed)
	if err != nil {
		return nil, err
	}
	metadata := engines.SnapshotMetadata{LastIncluded: o.Metadata.LastIncluded, Checksum: sum}
	return &machine.Answer{Checksum: sum}, s.PersistSnapshotMetadata(ctx, metadata)
}

func (s *store) read(ctx context.Context, o *machine.Op) (a *machine.Answer, err error) {
	a = &machine.Answer{}
	switch o.Kind {
	case machine.Get:
		value, ok, err := s.Get(ctx, []byte(o.Key))
		if ok && value == nil {
			value = []byte{}
		}
		if !ok {
			value = nil
		}
		a.Values = machine.ValuesOf(value)
		return a, err
	case machine.GetMulti:
		var values [][]byte
		values, a.Applied.Index, err = s.GetMulti(ctx, bytesOf(o.Keys))
		a.Values = machine.ValuesOf(values...)
	case machine.Scan:
		var pairs []engines.KeyValue
		pairs, a.Applied.Index, err = s.ScanPrefix(ctx, []byte(o.Key))
		a.Pairs = machine.PairsOf(pairs)
	case machine.ReadApplied:
		a.Applied = s.LastApplied()
	case machine.ReadMetadata:
		if metadata, ok := s.SnapshotMetadata(); ok {
			a.Metadata = &metadata
		}
	case machine.ReadTerm:
		a.Term, _ = s.EntryTerm(o.Index)
	case machine.ReadLen:
		a.Len = s.Len()
	default:
		panic(fmt.Sprintf("machinestore: %v is not one call", o.Kind))
	}
	return a, err
}

func bytesOf(keys []string) [][]byte {
	out := make([][]byte, len(keys))
	for i, k := range keys {
		out[i] = []byte(k)
	}
	return out
}
