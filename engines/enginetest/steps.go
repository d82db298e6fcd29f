package enginetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest/trial"
)

// step is one thing done to an engine or asked of it. It fails with got and
// want.
type step struct {
	name string
	do   func(ctx context.Context, place *Place) error
}

// steps returns a run of all steps in order, up to the first that fails.
func steps(all ...step) func(context.Context, *Place) error {
	return func(ctx context.Context, place *Place) error {
		for i, s := range all {
			at := fmt.Sprintf("step %d, %s", i+1, s.name)
			place.progress.Note(at)
			if err := s.do(ctx, place); err != nil {
				return fmt.Errorf("%s: %w", at, err)
			}
		}
		return nil
	}
}

// ifOffered leaves a step out that the engine does not offer.
func ifOffered(s step) step {
	return step{s.name, func(ctx context.Context, place *Place) error {
		if err := s.do(ctx, place); !errors.Is(err, trial.ErrSkipped) {
			return err
		}
		return nil
	}}
}

// offered skips the case for an engine that does not offer the operation that s is.
func offered(operation string, isLeftOut func(engines.Without) bool, s step) step {
	return step{s.name, func(ctx context.Context, place *Place) error {
		if isLeftOut(place.without()) {
			return fmt.Errorf("%w: the engine does not offer %s", trial.ErrSkipped, operation)
		}
		return s.do(ctx, place)
	}}
}

func withoutTruncate(w engines.Without) bool  { return w.Truncate }
func withoutPurge(w engines.Without) bool     { return w.Purge }
func withoutReset(w engines.Without) bool     { return w.Reset }
func withoutHardState(w engines.Without) bool { return w.HardState }

// call returns a step that calls one method and wants no error.
func call(name string, do func(context.Context, engines.StorageEngine) error) step {
	return step{name, func(ctx context.Context, place *Place) error {
		if err := do(ctx, place.engine); err != nil {
			return fmt.Errorf("got error %w, want none", err)
		}
		return nil
	}}
}

func persist(entries ...engines.Entry) step {
	write := call("persist "+showAll(entries), func(ctx context.Context, e engines.StorageEngine) error {
		return e.LogStore().PersistEntries(ctx, entries)
	})
	return step{write.name, func(ctx context.Context, place *Place) error {
		if err := within(place.factory.Limits, entries); err != nil {
			return err
		}
		return write.do(ctx, place)
	}}
}

// within skips the case for an engine that does not take entries in one call.
func within(limits engines.Limits, entries []engines.Entry) error {
	if !limits.Allows(entries) {
		return fmt.Errorf("%w: the batch is beyond the engine's limits", trial.ErrSkipped)
	}
	return nil
}

func truncate(from uint64) step {
	return offered("truncate", withoutTruncate, call(fmt.Sprintf("truncate from %d", from), func(ctx context.Context, e engines.StorageEngine) error {
		return e.LogStore().Truncate(ctx, from)
	}))
}

func purge(index, term uint64) step {
	return offered("purge", withoutPurge, call(fmt.Sprintf("purge to %d@%d", index, term), func(ctx context.Context, e engines.StorageEngine) error {
		return e.LogStore().Purge(ctx, engines.LogID{Index: index, Term: term})
	}))
}

func reset() step {
	return offered("reset", withoutReset, call("reset", func(ctx context.Context, e engines.StorageEngine) error {
		return e.LogStore().Reset(ctx)
	}))
}

func flush() step {
	log := call("flush", func(ctx context.Context, e engines.StorageEngine) error { return e.LogStore().Flush(ctx) })
	meta := call("flush", func(ctx context.Context, e engines.StorageEngine) error { return e.MetaStore().Flush(ctx) })
	return step{"flush", func(ctx context.Context, place *Place) error {
		return errors.Join(log.do(ctx, place), ifOffered(offered("hard state", withoutHardState, meta)).do(ctx, place))
	}}
}

// replace skips the case for an engine that cannot replace.
func replace(from uint64, entries ...engines.Entry) step {
	name := fmt.Sprintf("replace from %d by %s", from, showAll(entries))
	replacing := call(name, func(ctx context.Context, e engines.StorageEngine) error {
		return e.LogStore().(engines.RangeReplacer).ReplaceRange(ctx, from, entries)
	})
	return step{name, func(ctx context.Context, place *Place) error {
		if _, ok := place.engine.LogStore().(engines.RangeReplacer); !ok {
			return fmt.Errorf("%w: the engine has no ReplaceRange", trial.ErrSkipped)
		}
		if len(entries) == 0 && place.without().Truncate {
			return fmt.Errorf("%w: the engine does not offer truncate", trial.ErrSkipped)
		}
		if err := within(place.factory.Limits, entries); err != nil {
			return err
		}
		return replacing.do(ctx, place)
	}}
}

func save(term, vote uint64) step {
	state := engines.HardState{Term: term, Vote: vote}
	return offered("hard state", withoutHardState, call(fmt.Sprintf("save hard state %+v", state), func(ctx context.Context, e engines.StorageEngine) error {
		return e.MetaStore().SaveHardState(ctx, state)
	}))
}

// reopen skips the case for an engine in which nothing survives.
func reopen() step {
	return step{"reopen", func(_ context.Context, place *Place) error {
		if !place.survives() {
			return fmt.Errorf("%w: the engine is volatile, a reopen need find nothing", trial.ErrSkipped)
		}
		return place.Reopen()
	}}
}

// reopenIfKept reopens an engine in which something survives.
func reopenIfKept() step {
	return step{"reopen", func(_ context.Context, place *Place) error {
		if !place.survives() {
			return nil
		}
		return place.Reopen()
	}}
}

// keepsBoundary skips the case for an engine that does not remember where it
// was purged, and so cannot know what is below.
func keepsBoundary() step {
	return step{"ask for the purge boundary", func(_ context.Context, place *Place) error {
		if !place.keepsBoundary() {
			return fmt.Errorf("%w: the engine keeps no purge boundary", trial.ErrSkipped)
		}
		return nil
	}}
}

// discardsTail skips the case for an engine whose overwrites keep what is behind
// them.
func discardsTail() step {
	return step{"ask for the claims", func(_ context.Context, place *Place) error {
		if place.claims().OverwriteKeepsTail {
			return fmt.Errorf("%w: an overwrite keeps what is behind it", trial.ErrSkipped)
		}
		return nil
	}}
}

// declines skips the case for an engine that makes the promise of the given name.
func declines(claim string, isDeclined func(engines.Claims) bool) step {
	return step{"ask for the claims", func(_ context.Context, place *Place) error {
		if !isDeclined(place.claims()) {
			return fmt.Errorf("%w: the engine does not say %s", trial.ErrSkipped, claim)
		}
		return nil
	}}
}

// refused wants s to fail with target and to leave the engine as it was. It skips
// the case for an engine that accepts a gap where one is to be refused.
func refused(target error, s step) step {
	return step{s.name, func(ctx context.Context, place *Place) error {
		if errors.Is(target, engines.ErrGap) && place.claims().AcceptsGaps {
			return fmt.Errorf("%w: the engine accepts gaps", trial.ErrSkipped)
		}
		changed, err := changedBy(ctx, place, func() error {
			switch err := s.do(ctx, place); {
			case errors.Is(err, trial.ErrSkipped):
				return err
			case !errors.Is(err, target):
				return fmt.Errorf("got error %v, want %v", errors.Unwrap(err), target)
			}
			return nil
		})
		if changed != nil {
			return fmt.Errorf("after the refusal: %w (%s)", changed, ruleRefused)
		}
		return err
	}}
}

// unchanged wants s to leave the engine as it was.
func unchanged(s step) step {
	return step{s.name, func(ctx context.Context, place *Place) error {
		changed, err := changedBy(ctx, place, func() error { return s.do(ctx, place) })
		return cmp.Or(changed, err)
	}}
}

// changedBy returns what do changed of all that the engine shows, if anything, and
// otherwise the error that came.
func changedBy(ctx context.Context, place *Place, do func() error) (changed, err error) {
	before, err := see(ctx, place)
	if err != nil {
		return nil, err
	}
	if err := do(); err != nil {
		return nil, err
	}
	after, err := see(ctx, place)
	if err != nil {
		return nil, err
	}
	return compare(after, before), nil
}
