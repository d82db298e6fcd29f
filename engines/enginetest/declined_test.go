package enginetest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest/trial"
)

// declinedPlants decline a promise, and keep it all the same: they do not do what they
// say that they do instead.
func declinedPlants() []plant {
	claim := func(c engines.Claims) func(engines.LogStore) engines.Claims {
		c.AtomicReplace = true
		return func(engines.LogStore) engines.Claims { return c }
	}
	return []plant{
		{
			name: "an overwrite discards the tail that it is said to keep", caughtBy: []string{"persist-overlap-keeping-tail"},
			claims: claim(engines.Claims{OverwriteKeepsTail: true}),
		},
		{
			name: "a gap is refused that is said to be accepted", caughtBy: []string{"persist-leaving-gap"},
			claims: claim(engines.Claims{AcceptsGaps: true}),
		},
		{
			name: "claims contradict each other", caughtBy: []string{"claims"},
			claims: claim(engines.Claims{Volatile: true, CloseDurable: true}),
		},
		{
			name: "reads of a volatile log are said to be durable", caughtBy: []string{"claims"},
			claims: claim(engines.Claims{Volatile: true, ReadsDurable: true}),
		},
	}
}

// lesser is an engine that does not offer some operations: they panic.
type lesser struct {
	*brokenEngine
	without engines.Without
}

func (e lesser) MetaStore() engines.MetaStore {
	if e.without.HardState {
		return nil
	}
	return e.brokenEngine.MetaStore()
}

// withoutOperations are operations that an engine lacks.
type withoutOperations engines.Without

// factory returns the factory of sound engines without the operations.
func (w withoutOperations) factory() engines.Factory {
	offers := func(isLeftOut bool, operation string) {
		if isLeftOut {
			panic(operation + " is called, which is not offered")
		}
	}
	without := engines.Without(w)
	sound := plant{name: fmt.Sprint("without ", without.Words()), log: planted(hooks{
		truncate: func(ctx context.Context, s store, from uint64) error {
			offers(without.Truncate, "truncate")
			return s.Truncate(ctx, from)
		},
		purge: func(ctx context.Context, s store, cutoff engines.LogID) error {
			offers(without.Purge, "purge")
			return s.Purge(ctx, cutoff)
		},
		boundary: func(ctx context.Context, s store) (engines.LogID, bool, error) {
			offers(without.Purge, "load purge boundary")
			return s.LoadPurgeBoundary(ctx)
		},
		reset: func(ctx context.Context, s store) error {
			offers(without.Reset, "reset")
			return s.Reset(ctx)
		},
	})}.factory()
	open := sound.Open
	sound.Without = without
	sound.Open = func(env engines.Env) (engines.StorageEngine, error) {
		e, err := open(env)
		if err != nil {
			return nil, err
		}
		return lesser{e.(*brokenEngine), without}, nil
	}
	return sound
}

// An engine is asked for nothing that it does not offer, and what needs it is skipped
// with a word about it.
func TestLesserEnginesPass(t *testing.T) {
	for _, without := range []engines.Without{
		{HardState: true}, {Truncate: true}, {Purge: true}, {Reset: true}, {HardState: true, Truncate: true, Purge: true, Reset: true},
	} {
		f := withoutOperations(without).factory()
		t.Run(f.Name, func(t *testing.T) { TestEngine(t, f) })
		for operation, name := range map[string]string{"hard-state": "hard-state", "truncate": "truncate", "purge": "purge", "reset": "reset-gap"} {
			err := try(t.Context(), caseNamed(t, name), f)
			left := false
			for _, word := range without.Words() {
				left = left || word == operation
			}
			if errors.Is(err, trial.ErrSkipped) != (left || name == "reset-gap" && without.Purge) {
				t.Errorf("%s, case %s: got %v, want it skipped: %v", f.Name, name, err, left)
			}
		}
	}
}
