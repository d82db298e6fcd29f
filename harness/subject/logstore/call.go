package logstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/raftlog"
)

// store is an open engine as a subject.
type store struct {
	engines.StorageEngine
	factory engines.Factory
}

func newStore(f engines.Factory, e engines.StorageEngine) *store { return &store{e, f} }

// Contract returns what the engine is held to.
func (s *store) Contract() models.Contract {
	c := raftlog.ContractOf(s.StorageEngine, s.factory.Without)
	c.Limits = s.factory.Limits
	return c
}

// Call makes a call; its input is the entries with their payloads.
func (s *store) Call(ctx context.Context, op models.Op, input any) (answer any, err error) {
	entries, _ := input.([]engines.Entry)
	return s.dispatch(ctx, op.(*raftlog.Op), entries)
}

func (s *store) dispatch(ctx context.Context, op *raftlog.Op, entries []engines.Entry) (answer any, err error) {
	log, meta := s.LogStore(), s.MetaStore()
	switch op.Kind {
	case raftlog.Persist:
		return nil, log.PersistEntries(ctx, entries)
	case raftlog.Replace:
		replacer, ok := log.(engines.RangeReplacer)
		if !ok {
			return nil, errors.New("engine cannot replace a range")
		}
		return nil, replacer.ReplaceRange(ctx, op.From, entries)
	case raftlog.Truncate:
		return nil, log.Truncate(ctx, op.From)
	case raftlog.Purge:
		return nil, log.Purge(ctx, op.Cutoff)
	case raftlog.Reset:
		return nil, log.Reset(ctx)
	case raftlog.Flush:
		return nil, log.Flush(ctx)
	case raftlog.SaveHardState:
		return nil, meta.SaveHardState(ctx, op.HardState)
	case raftlog.FlushMeta:
		return nil, meta.Flush(ctx)
	}
	return s.read(ctx, op)
}

func (s *store) read(ctx context.Context, op *raftlog.Op) (answer *raftlog.Answer, err error) {
	log, meta, result := s.LogStore(), s.MetaStore(), &raftlog.Answer{}
	switch op.Kind {
	case raftlog.ReadEntry:
		var entry engines.Entry
		if entry, result.OK, err = log.Entry(ctx, op.From); result.OK {
			result.Entries = []raftlog.Entry{raftlog.EntryOf(entry)}
		}
	case raftlog.ReadRange:
		var entries []engines.Entry
		entries, err = log.GetEntries(ctx, op.From, op.To)
		result.Entries = raftlog.EntriesOf(entries)
	case raftlog.ReadLastIndex:
		result.LastIndex = log.LastIndex()
	case raftlog.ReadHardState:
		result.HardState, result.OK, err = meta.LoadHardState(ctx)
	case raftlog.ReadBoundary:
		if loader, ok := log.(engines.PurgeBoundaryLoader); ok {
			result.Boundary, result.OK, err = loader.LoadPurgeBoundary(ctx)
		}
	case raftlog.ReadDurableIndex:
		indexer, ok := log.(engines.DurableIndexer)
		if !ok {
			return nil, errors.New("engine has no durable index")
		}
		result.DurableIndex, err = indexer.DurableIndex(ctx)
	default:
		panic(fmt.Sprintf("logstore: %v is not one call", op.Kind))
	}
	return result, err
}
