package machines

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest/trial"
)

// call returns a step that calls one method and wants no error.
func call(name string, do func(context.Context, engines.StateMachine) error) step {
	return step{name, func(ctx context.Context, place *Place) error {
		if err := do(ctx, place.machine); err != nil {
			return fmt.Errorf("got error %w, want none", err)
		}
		return nil
	}}
}

// apply applies commands as a chunk from an index on, in term 1, and wants each to succeed.
func apply(first uint64, commands ...engines.Command) step {
	return answers(first, strings.Repeat("y", len(commands)), commands...)
}

// answers applies commands from an index on and wants their results: y for one that
// succeeded, n for one that did not, r for one that was applied before.
func answers(first uint64, want string, commands ...engines.Command) step {
	return applyAll(chunk(first, commands...), want)
}

func applyAll(entries []engines.Entry, want string) step {
	return step{fmt.Sprintf("apply %d entries", len(entries)), func(ctx context.Context, place *Place) error {
		got, err := place.machine.ApplyChunk(ctx, entries)
		if err != nil {
			return fmt.Errorf("got error %w, want none", err)
		}
		wanted := make([]engines.ApplyResult, len(entries))
		for i, e := range entries {
			wanted[i] = engines.ApplyResult{Index: e.Index, Succeeded: want[i] == 'y', Repeated: want[i] == 'r'}
		}
		if !slices.Equal(got, wanted) {
			return fmt.Errorf("got results %+v, want %+v", got, wanted)
		}
		return nil
	}}
}

// refused wants a call to fail with target and to leave the machine as it was.
func refused(target error, name string, do func(context.Context, *Place) error) step {
	return step{name, func(ctx context.Context, place *Place) error {
		before, err := see(ctx, place)
		if err != nil {
			return err
		}
		if err := do(ctx, place); !errors.Is(err, target) {
			return fmt.Errorf("got error %v, want %v", err, target)
		}
		after, err := see(ctx, place)
		if err == nil && after != before {
			err = fmt.Errorf("after the refusal: got state %q, want %q as before", after, before)
		}
		return err
	}}
}

// refusedChunk wants a chunk to be refused, without results.
func refusedChunk(target error, name string, entries []engines.Entry) step {
	return refused(target, "apply "+name, func(ctx context.Context, place *Place) error {
		results, err := place.machine.ApplyChunk(ctx, entries)
		if len(results) > 0 {
			return fmt.Errorf("results %+v with error %v", results, err)
		}
		return err
	})
}

func start() step {
	return call("start", func(ctx context.Context, m engines.StateMachine) error { return m.Start(ctx) })
}

func stop() step {
	return call("stop", func(ctx context.Context, m engines.StateMachine) error { return m.Stop(ctx) })
}

func runs(want bool) step {
	return step{"is running", func(_ context.Context, place *Place) error {
		if got := place.machine.IsRunning(); got != want {
			return fmt.Errorf("got %v, want %v", got, want)
		}
		return nil
	}}
}

func reset() step {
	return call("reset", func(ctx context.Context, m engines.StateMachine) error { return m.Reset(ctx) })
}

func flush() step {
	return call("flush", func(ctx context.Context, m engines.StateMachine) error { return m.Flush(ctx) })
}

func saveHardState() step {
	return call("save hard state", func(ctx context.Context, m engines.StateMachine) error { return m.SaveHardState(ctx) })
}

func updateApplied(index, term uint64) step {
	return call(fmt.Sprintf("update last applied to %d/%d", index, term), func(_ context.Context, m engines.StateMachine) error {
		m.UpdateLastApplied(engines.LogID{Index: index, Term: term})
		return nil
	})
}

func persistApplied(index, term uint64) step {
	return call(fmt.Sprintf("persist last applied %d/%d", index, term), func(ctx context.Context, m engines.StateMachine) error {
		return m.PersistLastApplied(ctx, engines.LogID{Index: index, Term: term})
	})
}

func updateMetadata(index, term uint64, sum ...byte) step {
	return call("update snapshot metadata", func(_ context.Context, m engines.StateMachine) error {
		m.UpdateSnapshotMetadata(metadata(index, term, sum))
		return nil
	})
}

func persistMetadata(index, term uint64, sum ...byte) step {
	return call("persist snapshot metadata", func(ctx context.Context, m engines.StateMachine) error {
		return m.PersistSnapshotMetadata(ctx, metadata(index, term, sum))
	})
}

func metadata(index, term uint64, sum []byte) engines.SnapshotMetadata {
	out := engines.SnapshotMetadata{LastIncluded: engines.LogID{Index: index, Term: term}}
	copy(out.Checksum[:], sum)
	return out
}

// reopenTo reopens the machine and wants it to show a state; one in which nothing survives
// is to be empty.
func reopenTo(want, volatile string) step {
	return step{"reopen", func(ctx context.Context, place *Place) error {
		after := shows(want)
		if !place.survives() {
			after = shows(volatile)
		}
		if err := place.reopen(); err != nil {
			return err
		}
		return after.do(ctx, place)
	}}
}

// reopens is reopenTo for a state of which a machine keeps nothing in which nothing
// survives.
func reopens(want string) step { return reopenTo(want, "at 0/0") }

// survives skips the case for a machine in which nothing survives.
func survives() step {
	return step{"ask for the claims", func(_ context.Context, place *Place) error {
		if !place.survives() {
			return fmt.Errorf("%w: the machine is volatile, a reopen need find nothing", trial.ErrSkipped)
		}
		return nil
	}}
}
