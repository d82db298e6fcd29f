package machines

import (
	"context"
	"errors"
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest/trial"
)

func servingCases() []Case {
	return []Case{
		{"stopped", ruleServing, stopped},
		{"claims", ruleClaims, claimsHold},
		{"closed", ruleClosed, closed},
		{"opens-apart", ruleApart, opensApart},
	}
}

// result is what one method returned.
type result struct {
	name string
	err  error
}

// callServed calls every method that only a machine that serves may answer.
func callServed(ctx context.Context, m engines.StateMachine, snapshot engines.SnapshotMetadata, path string) []result {
	_, applyErr := m.ApplyChunk(ctx, chunk(2, put("b", "1")))
	_, _, getErr := m.Get(ctx, []byte("a"))
	_, _, multiErr := m.GetMulti(ctx, nil)
	_, _, scanErr := m.ScanPrefix(ctx, nil)
	_, generateErr := m.GenerateSnapshotData(ctx, path+"-other", snapshot.LastIncluded)
	return []result{
		{"apply", applyErr},
		{"get", getErr},
		{"get multi", multiErr},
		{"scan", scanErr},
		{"generate", generateErr},
		{"restore", m.ApplySnapshotFromFile(ctx, snapshot, path)},
		{"reset", m.Reset(ctx)},
	}
}

func allAre(target error, when string, results []result) error {
	for _, r := range results {
		if !errors.Is(r.err, target) {
			return fmt.Errorf("%s %s: got error %v, want %v", r.name, when, r.err, target)
		}
	}
	return nil
}

// stopped checks what a machine refuses that is not started, and what it takes.
func stopped(ctx context.Context, place *Place) error {
	if err := steps(apply(1, put("a", "1")), generate("stopped"), stop(), stop(), runs(false))(ctx, place); err != nil {
		return err
	}
	place.progress.Note("calls to a machine that is stopped")
	served := callServed(ctx, place.machine, place.snapshots["stopped"], place.path("stopped"))
	if err := allAre(engines.ErrStopped, "of a machine that is stopped", served); err != nil {
		return err
	}
	if err := steps(flush(), saveHardState(), persistApplied(2, 1))(ctx, place); err != nil {
		return err
	}
	if m := place.machine; m.Len() != 1 || m.IsEmpty() {
		return fmt.Errorf("got length %d, empty %v, want 1", m.Len(), m.IsEmpty())
	}
	return steps(start(), start(), runs(true), shows("a=1 at 2/1"))(ctx, place)
}

// closed closes the machine and calls every method that returns an error, Close too.
func closed(ctx context.Context, place *Place) error {
	if err := steps(apply(1, put("a", "1")), generate("closed"))(ctx, place); err != nil {
		return err
	}
	m, snapshot := place.machine, place.snapshots["closed"]
	if err := place.close(); err != nil {
		return err
	}
	place.progress.Note("calls to a machine that is closed")
	results := append(callServed(ctx, m, snapshot, place.path("closed")), []result{
		{"start", m.Start(ctx)},
		{"stop", m.Stop(ctx)},
		{"persist last applied", m.PersistLastApplied(ctx, engines.LogID{Index: 5, Term: 1})},
		{"persist snapshot metadata", m.PersistSnapshotMetadata(ctx, snapshot)},
		{"save hard state", m.SaveHardState(ctx)},
		{"flush", m.Flush(ctx)},
		{"close", m.Close()},
	}...)
	return allAre(engines.ErrClosed, "after close", results)
}

// claimsHold wants the claims to agree with each other, and to be the same after a change
// and after a reopen.
func claimsHold(ctx context.Context, place *Place) error {
	first := engines.MachineClaims{}
	if claimer, ok := place.machine.(engines.MachineClaimer); ok {
		first = claimer.MachineClaims()
	}
	if first.Volatile && (first.ApplyDurable || first.RestoreDurable || first.ResetDurable || first.ShutdownDurable) {
		return fmt.Errorf("got claims %+v, want nothing durable in a volatile machine", first)
	}
	same := step{"claims", func(_ context.Context, place *Place) error {
		got := engines.MachineClaims{}
		if claimer, ok := place.machine.(engines.MachineClaimer); ok {
			got = claimer.MachineClaims()
		}
		if got != first {
			return fmt.Errorf("got claims %+v, want %+v as before", got, first)
		}
		return nil
	}}
	if err := steps(apply(1, put("a", "1")), same, reset(), same)(ctx, place); err != nil {
		return err
	}
	if err := place.reopen(); err != nil {
		return err
	}
	return steps(same)(ctx, place)
}

// opensApart runs machines of one factory side by side and wants none to see another's
// state.
func opensApart(ctx context.Context, place *Place) error {
	var places [4]*Place
	for i := range places {
		other, err := place.beside(fmt.Sprint("-", i))
		if err != nil {
			return fmt.Errorf("%w: %w", trial.ErrPlace, err)
		}
		places[i] = other
	}
	return trial.Apart(place.progress, places[:], func(i int, other *Place) error { return liveApart(ctx, other, fmt.Sprint(i)) })
}

func liveApart(ctx context.Context, place *Place, value string) error {
	if err := place.Open(); err != nil {
		return err
	}
	own := []step{apply(1, put("key", value), put("own-"+value, value)), shows(fmt.Sprintf("key=%s own-%s=%s at 2/1", value, value, value))}
	err := steps(append(own, flush(), own[1])...)(ctx, place)
	return trial.Join(err, place.Leave())
}
