package enginetest

import (
	"context"
	"errors"
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest/trial"
)

func engineCases() []Case {
	return []Case{
		{"claims", ruleClaims, claimsHold},
		{"closed", ruleClosed, closedRefuses},
		{"opens-apart", ruleApart, opensApart},
	}
}

// claimsHold wants no two claims to contradict each other, and all of them to be
// the same after a change and after a reopen.
func claimsHold(ctx context.Context, place *Place) error {
	first := engines.ClaimsOf(place.engine)
	if err := coherent(place.engine); err != nil {
		return err
	}
	same := func() error {
		if got := engines.ClaimsOf(place.engine); got != first {
			return fmt.Errorf("got claims %+v, want %+v as before", got, first)
		}
		return nil
	}
	change := steps(persist(span(1, 9, 1)...), ifOffered(truncate(5)), ifOffered(purge(2, 1)), ifOffered(save(1, 1)), ifOffered(reset()))
	if err := change(ctx, place); err != nil {
		return err
	}
	if err := same(); err != nil {
		return err
	}
	if err := place.Reopen(); err != nil {
		return err
	}
	return same()
}

func coherent(engine engines.StorageEngine) error {
	log := engine.LogStore()
	claimer, ok := engine.(engines.Claimer)
	if !ok {
		return nil
	}
	claims := claimer.Claims()
	_, replaces := log.(engines.RangeReplacer)
	switch {
	case claims.WriteDurable && !log.IsWriteDurable():
		return errors.New("got claim WriteDurable with IsWriteDurable false, want them to agree")
	case claims.Volatile && log.IsWriteDurable():
		return errors.New("got claim Volatile with IsWriteDurable true, want one of them")
	case claims.Volatile && (claims.MutationsDurable || claims.HardStateDurable):
		return fmt.Errorf("got claims %+v, want nothing durable in a volatile engine", claims)
	case claims.AtomicReplace && !replaces:
		return errors.New("got claim AtomicReplace without ReplaceRange, want the ability too")
	case claims.Volatile && claims.CloseDurable:
		return errors.New("got claims Volatile and CloseDurable, want one of them")
	case claims.Volatile && claims.ReadsDurable:
		return errors.New("got claims Volatile and ReadsDurable, want one of them")
	}
	return nil
}

// closedRefuses closes the engine and calls every method of its stores.
func closedRefuses(ctx context.Context, place *Place) error {
	log, meta := place.engine.LogStore(), place.engine.MetaStore()
	if err := steps(persist(span(1, 9, 1)...), ifOffered(save(1, 1)))(ctx, place); err != nil {
		return err
	}
	if err := place.close(); err != nil {
		return err
	}
	_ = log.LastIndex() // it has no error to return, but must not panic
	for _, r := range callAll(ctx, log, meta, place.without()) {
		if !errors.Is(r.err, engines.ErrClosed) {
			return fmt.Errorf("%s after close: got error %v, want %v", r.name, r.err, engines.ErrClosed)
		}
	}
	return nil
}

// result is what one method returned.
type result struct {
	name string
	err  error
}

// callAll calls every method that is offered and returns an error.
func callAll(ctx context.Context, log engines.LogStore, meta engines.MetaStore, without engines.Without) []result {
	_, _, entryErr := log.Entry(ctx, 1)
	_, rangeErr := log.GetEntries(ctx, 1, 9)
	results := []result{
		{"persist", log.PersistEntries(ctx, span(10, 10, 1))},
		{"entry", entryErr},
		{"get entries", rangeErr},
		{"flush", log.Flush(ctx)},
	}
	if !without.Purge {
		results = append(results, result{"purge", log.Purge(ctx, engines.LogID{Index: 1, Term: 1})})
	}
	if !without.Truncate {
		results = append(results, result{"truncate", log.Truncate(ctx, 5)})
	}
	if !without.Reset {
		results = append(results, result{"reset", log.Reset(ctx)})
	}
	if !without.HardState {
		_, _, loadErr := meta.LoadHardState(ctx)
		results = append(results, result{"save hard state", meta.SaveHardState(ctx, engines.HardState{Term: 2})},
			result{"load hard state", loadErr}, result{"flush hard state", meta.Flush(ctx)})
	}
	if replacer, ok := log.(engines.RangeReplacer); ok {
		results = append(results, result{"replace", replacer.ReplaceRange(ctx, 5, span(5, 5, 2))})
	}
	if loader, ok := log.(engines.PurgeBoundaryLoader); ok && !without.Purge {
		_, _, err := loader.LoadPurgeBoundary(ctx)
		results = append(results, result{"load purge boundary", err})
	}
	if indexer, ok := log.(engines.DurableIndexer); ok {
		_, err := indexer.DurableIndex(ctx)
		results = append(results, result{"durable index", err})
	}
	return results
}

// opensApart runs engines of one factory side by side and wants none to see
// another's log.
func opensApart(ctx context.Context, place *Place) error {
	var places [4]*Place
	for i := range places {
		other, err := newPlace(place.factory, place.newEnv)
		if err != nil {
			return fmt.Errorf("%w: %w", trial.ErrPlace, err)
		}
		other.progress = place.progress
		places[i] = other
	}
	return trial.Apart(place.progress, places[:], func(i int, other *Place) error { return liveApart(ctx, other, uint64(i)+1) })
}

func liveApart(ctx context.Context, place *Place, term uint64) error {
	if err := place.Open(); err != nil {
		return err
	}
	own := span(1, 10*term, term)
	err := steps(persist(own...), ifOffered(save(term, term)), holds(own), hardStateIs(hardState(term, term)))(ctx, place)
	if err == nil && !place.without().Truncate {
		err = steps(truncate(10*term), holds(own[:10*term-1]))(ctx, place)
	}
	return trial.Join(err, place.Leave())
}
