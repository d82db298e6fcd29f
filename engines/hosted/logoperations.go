package hosted

import (
	"context"
	"fmt"

	"github.com/ackproof/ackproof/engines"
)

// logOperations are what a worker can do with a log.
var logOperations = map[string]operation[engines.StorageEngine]{
	"persist_entries": {[]string{"entries"}, func(engine engines.StorageEngine, r *Request) (any, error) {
		return nil, engine.LogStore().PersistEntries(context.Background(), fromWire(r.Entries))
	}},
	"replace_range": {nil, replaceRange},
	"truncate": {[]string{"from"}, func(engine engines.StorageEngine, r *Request) (any, error) {
		return nil, engine.LogStore().Truncate(context.Background(), *r.From)
	}},
	"purge": {[]string{"index", "term"}, func(engine engines.StorageEngine, r *Request) (any, error) {
		return nil, engine.LogStore().Purge(context.Background(), engines.LogID{Index: *r.Index, Term: *r.Term})
	}},
	"reset": {nil, func(engine engines.StorageEngine, _ *Request) (any, error) {
		return nil, engine.LogStore().Reset(context.Background())
	}},
	"flush": {nil, func(engine engines.StorageEngine, _ *Request) (any, error) {
		return nil, engine.LogStore().Flush(context.Background())
	}},
	"entry": {[]string{"index"}, func(engine engines.StorageEngine, r *Request) (any, error) {
		found, ok, err := engine.LogStore().Entry(context.Background(), *r.Index)
		if err != nil || !ok {
			return nil, err
		}
		return &LogAnswer{Entry: &toWire([]engines.Entry{found})[0]}, nil
	}},
	"get_entries": {[]string{"first", "last"}, func(engine engines.StorageEngine, r *Request) (any, error) {
		entries, err := engine.LogStore().GetEntries(context.Background(), *r.First, *r.Last)
		if err != nil {
			return nil, err
		}
		return &LogAnswer{Entries: toWire(entries)}, nil
	}},
	"last_index": {nil, func(engine engines.StorageEngine, _ *Request) (any, error) {
		last := engine.LogStore().LastIndex()
		return &LogAnswer{LastIndex: &last}, nil
	}},
	"save_hard_state": {[]string{"term", "vote"}, func(engine engines.StorageEngine, r *Request) (any, error) {
		return nil, engine.MetaStore().SaveHardState(context.Background(), engines.HardState{Term: *r.Term, Vote: *r.Vote})
	}},
	"load_hard_state": {nil, func(engine engines.StorageEngine, _ *Request) (any, error) {
		state, ok, err := engine.MetaStore().LoadHardState(context.Background())
		if err != nil || !ok {
			return nil, err
		}
		return &LogAnswer{HardState: (*HardState)(&state)}, nil
	}},
	"flush_meta": {nil, func(engine engines.StorageEngine, _ *Request) (any, error) {
		return nil, engine.MetaStore().Flush(context.Background())
	}},
	"load_purge_boundary": {nil, loadPurgeBoundary},
	"durable_index":       {nil, durableIndex},
}

func replaceRange(engine engines.StorageEngine, r *Request) (any, error) {
	log, ok := engine.LogStore().(engines.RangeReplacer)
	if !ok {
		return nil, fmt.Errorf("%w: replace_range: the engine cannot", ErrUnknownOp)
	}
	if err := r.has("from", "entries"); err != nil {
		return nil, err
	}
	return nil, log.ReplaceRange(context.Background(), *r.From, fromWire(r.Entries))
}

func loadPurgeBoundary(engine engines.StorageEngine, _ *Request) (any, error) {
	log, ok := engine.LogStore().(engines.PurgeBoundaryLoader)
	if !ok {
		return nil, fmt.Errorf("%w: load_purge_boundary: the engine cannot", ErrUnknownOp)
	}
	boundary, ok, err := log.LoadPurgeBoundary(context.Background())
	if err != nil || !ok {
		return nil, err
	}
	return &LogAnswer{Boundary: (*LogID)(&boundary)}, nil
}

func durableIndex(engine engines.StorageEngine, _ *Request) (any, error) {
	log, ok := engine.LogStore().(engines.DurableIndexer)
	if !ok {
		return nil, fmt.Errorf("%w: durable_index: the engine cannot", ErrUnknownOp)
	}
	index, err := log.DurableIndex(context.Background())
	if err != nil {
		return nil, err
	}
	return &LogAnswer{DurableIndex: &index}, nil
}

// describeLog returns the answer to an open: what engine claims and what it can do.
func describeLog(engine engines.StorageEngine) any {
	claims := engines.ClaimsOf(engine)
	if own, ok := engine.(engines.Claimer); ok {
		// As the engine makes them: a contradiction is for the other side to see.
		claims = own.Claims()
		claims.WriteDurable = engine.LogStore().IsWriteDurable()
	}
	wire := Claims(claims)
	answer := &LogAnswer{Claims: &wire}
	if _, ok := engine.LogStore().(engines.RangeReplacer); ok {
		answer.Abilities = append(answer.Abilities, abilityReplaceRange)
	}
	if engines.KeepsBoundary(engine) {
		answer.Abilities = append(answer.Abilities, abilityPurgeBoundary)
	}
	if _, ok := engine.LogStore().(engines.DurableIndexer); ok {
		answer.Abilities = append(answer.Abilities, abilityDurableIndex)
	}
	return answer
}
