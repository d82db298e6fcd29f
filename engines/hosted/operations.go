package hosted

import (
	"context"
	"fmt"

	"github.com/ackproof/ackproof/engines"
)

// operations are what a worker can do with an open engine, by name.
var operations = map[string]func(engine engines.StorageEngine, r *Request) (any, error){
	"persist_entries":     persistEntries,
	"replace_range":       replaceRange,
	"truncate":            truncate,
	"purge":               purge,
	"reset":               reset,
	"flush":               flush,
	"entry":               entry,
	"get_entries":         getEntries,
	"last_index":          lastIndex,
	"save_hard_state":     saveHardState,
	"load_hard_state":     loadHardState,
	"flush_meta":          flushMeta,
	"load_purge_boundary": loadPurgeBoundary,
}

// describe returns the answer to an open: what engine claims and what it can do.
func describe(engine engines.StorageEngine) *Answer {
	claims := engines.ClaimsOf(engine)
	if own, ok := engine.(engines.Claimer); ok {
		// As the engine makes them: a contradiction is for the other side to see.
		claims = own.Claims()
		claims.WriteDurable = engine.LogStore().IsWriteDurable()
	}
	wire := Claims(claims)
	answer := &Answer{Claims: &wire}
	if _, ok := engine.LogStore().(engines.RangeReplacer); ok {
		answer.Abilities = append(answer.Abilities, abilityReplaceRange)
	}
	if engines.KeepsBoundary(engine) {
		answer.Abilities = append(answer.Abilities, abilityPurgeBoundary)
	}
	return answer
}

// given returns the value of a field that a request must have.
func given[T any](name string, value *T) (T, error) {
	if value == nil {
		var none T
		return none, fmt.Errorf("%w: got no %q, want one", engines.ErrInvalid, name)
	}
	return *value, nil
}

// given2 returns the values of two such fields.
func given2(name1 string, value1 *uint64, name2 string, value2 *uint64) (uint64, uint64, error) {
	first, err := given(name1, value1)
	if err != nil {
		return 0, 0, err
	}
	second, err := given(name2, value2)
	return first, second, err
}

func givenEntries(r *Request) ([]engines.Entry, error) {
	if r.Entries == nil {
		return nil, fmt.Errorf(`%w: got no "entries", want an array`, engines.ErrInvalid)
	}
	return fromWire(r.Entries), nil
}

func persistEntries(engine engines.StorageEngine, r *Request) (any, error) {
	entries, err := givenEntries(r)
	if err != nil {
		return nil, err
	}
	return nil, engine.LogStore().PersistEntries(context.Background(), entries)
}

func replaceRange(engine engines.StorageEngine, r *Request) (any, error) {
	log, ok := engine.LogStore().(engines.RangeReplacer)
	if !ok {
		return nil, fmt.Errorf("%w: replace_range: the engine cannot", ErrUnknownOp)
	}
	from, err := given("from", r.From)
	if err != nil {
		return nil, err
	}
	entries, err := givenEntries(r)
	if err != nil {
		return nil, err
	}
	return nil, log.ReplaceRange(context.Background(), from, entries)
}

func truncate(engine engines.StorageEngine, r *Request) (any, error) {
	from, err := given("from", r.From)
	if err != nil {
		return nil, err
	}
	return nil, engine.LogStore().Truncate(context.Background(), from)
}

func purge(engine engines.StorageEngine, r *Request) (any, error) {
	index, term, err := given2("index", r.Index, "term", r.Term)
	if err != nil {
		return nil, err
	}
	return nil, engine.LogStore().Purge(context.Background(), engines.LogID{Index: index, Term: term})
}

func reset(engine engines.StorageEngine, _ *Request) (any, error) {
	return nil, engine.LogStore().Reset(context.Background())
}

func flush(engine engines.StorageEngine, _ *Request) (any, error) {
	return nil, engine.LogStore().Flush(context.Background())
}

func entry(engine engines.StorageEngine, r *Request) (any, error) {
	index, err := given("index", r.Index)
	if err != nil {
		return nil, err
	}
	found, ok, err := engine.LogStore().Entry(context.Background(), index)
	if err != nil || !ok {
		return nil, err
	}
	return &Answer{Entry: &toWire([]engines.Entry{found})[0]}, nil
}

func getEntries(engine engines.StorageEngine, r *Request) (any, error) {
	first, last, err := given2("first", r.First, "last", r.Last)
	if err != nil {
		return nil, err
	}
	entries, err := engine.LogStore().GetEntries(context.Background(), first, last)
	if err != nil {
		return nil, err
	}
	return &Answer{Entries: toWire(entries)}, nil
}

func lastIndex(engine engines.StorageEngine, _ *Request) (any, error) {
	last := engine.LogStore().LastIndex()
	return &Answer{LastIndex: &last}, nil
}

func saveHardState(engine engines.StorageEngine, r *Request) (any, error) {
	term, vote, err := given2("term", r.Term, "vote", r.Vote)
	if err != nil {
		return nil, err
	}
	return nil, engine.MetaStore().SaveHardState(context.Background(), engines.HardState{Term: term, Vote: vote})
}

func loadHardState(engine engines.StorageEngine, _ *Request) (any, error) {
	state, ok, err := engine.MetaStore().LoadHardState(context.Background())
	if err != nil || !ok {
		return nil, err
	}
	return &Answer{HardState: (*HardState)(&state)}, nil
}

func flushMeta(engine engines.StorageEngine, _ *Request) (any, error) {
	return nil, engine.MetaStore().Flush(context.Background())
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
	return &Answer{Boundary: (*LogID)(&boundary)}, nil
}
