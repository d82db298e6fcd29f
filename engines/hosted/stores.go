package hosted

import (
	"context"

	"github.com/ackproof/ackproof/engines"
)

// logStore is the log of an engine in the worker, without further abilities.
type logStore struct{ engine *engine }

func (s *logStore) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	return s.engine.call(ctx, "persist_entries", Request{Entries: toWire(entries)}, nil)
}

func (s *logStore) Entry(ctx context.Context, index uint64) (engines.Entry, bool, error) {
	var answer LogAnswer
	if err := s.engine.call(ctx, "entry", Request{Index: &index}, &answer); err != nil || answer.Entry == nil {
		return engines.Entry{}, false, err
	}
	return engines.Entry(*answer.Entry), true, nil
}

func (s *logStore) GetEntries(ctx context.Context, first, last uint64) ([]engines.Entry, error) {
	var answer LogAnswer
	if err := s.engine.call(ctx, "get_entries", Request{First: &first, Last: &last}, &answer); err != nil {
		return nil, err
	}
	if answer.Entries == nil {
		return nil, s.engine.lacks("get_entries", "entries", "an array, which may be empty")
	}
	return fromWire(answer.Entries), nil
}

func (s *logStore) Purge(ctx context.Context, cutoff engines.LogID) error {
	return s.engine.call(ctx, "purge", Request{Index: &cutoff.Index, Term: &cutoff.Term}, nil)
}

func (s *logStore) Truncate(ctx context.Context, from uint64) error {
	return s.engine.call(ctx, "truncate", Request{From: &from}, nil)
}

func (s *logStore) Flush(ctx context.Context) error {
	return s.engine.call(ctx, "flush", Request{}, nil)
}

func (s *logStore) Reset(ctx context.Context) error {
	return s.engine.call(ctx, "reset", Request{}, nil)
}

func (s *logStore) LastIndex() uint64 {
	var answer LogAnswer
	if !s.engine.ask("last_index", Request{}, &answer) {
		return 0
	}
	if answer.LastIndex == nil {
		panic(s.engine.lacks("last_index", "last_index", "a number"))
	}
	return *answer.LastIndex
}

func (s *logStore) IsWriteDurable() bool { return s.engine.durable }

// rangeReplacer adds the ability to a log.
type rangeReplacer struct{ replaced *engine }

func (r rangeReplacer) ReplaceRange(ctx context.Context, from uint64, entries []engines.Entry) error {
	return r.replaced.call(ctx, "replace_range", Request{From: &from, Entries: toWire(entries)}, nil)
}

// boundaryLoader adds the ability to a log.
type boundaryLoader struct{ bounded *engine }

func (b boundaryLoader) LoadPurgeBoundary(ctx context.Context) (engines.LogID, bool, error) {
	var answer LogAnswer
	if err := b.bounded.call(ctx, "load_purge_boundary", Request{}, &answer); err != nil || answer.Boundary == nil {
		return engines.LogID{}, false, err
	}
	return engines.LogID(*answer.Boundary), true, nil
}

// durableIndexer adds the ability to a log.
type durableIndexer struct{ indexed *engine }

func (d durableIndexer) DurableIndex(ctx context.Context) (uint64, error) {
	var answer LogAnswer
	if err := d.indexed.call(ctx, "durable_index", Request{}, &answer); err != nil {
		return 0, err
	}
	if answer.DurableIndex == nil {
		return 0, d.indexed.lacks("durable_index", "durable_index", "a number")
	}
	return *answer.DurableIndex, nil
}

// metaStore is the hard state of an engine in the worker.
type metaStore struct{ engine *engine }

func (s *metaStore) SaveHardState(ctx context.Context, state engines.HardState) error {
	return s.engine.call(ctx, "save_hard_state", Request{Term: &state.Term, Vote: &state.Vote}, nil)
}

func (s *metaStore) LoadHardState(ctx context.Context) (engines.HardState, bool, error) {
	var answer LogAnswer
	if err := s.engine.call(ctx, "load_hard_state", Request{}, &answer); err != nil || answer.HardState == nil {
		return engines.HardState{}, false, err
	}
	return engines.HardState(*answer.HardState), true, nil
}

func (s *metaStore) Flush(ctx context.Context) error {
	return s.engine.call(ctx, "flush_meta", Request{}, nil)
}
