package enginetest

import (
	"context"
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/engines"
)

// holds wants the log to hold these entries and no more, its last index to fit,
// and every way of reading to agree.
func holds(runs ...[]engines.Entry) step {
	want := slices.Concat(runs...)
	return step{"read everything", func(ctx context.Context, place *Place) error {
		got, err := see(ctx, place)
		if err != nil {
			return err
		}
		if err := compareEntries(got.entries, want); err != nil {
			return err
		}
		if n := len(want); n > 0 && got.last != want[n-1].Index {
			return fmt.Errorf("got last index %d, want %d (%s)", got.last, want[n-1].Index, ruleLast)
		}
		return nil
	}}
}

func lastIs(want uint64) step {
	return step{"last index", func(_ context.Context, place *Place) error {
		if got := place.engine.LogStore().LastIndex(); got != want {
			return fmt.Errorf("got last index %d, want %d", got, want)
		}
		return nil
	}}
}

// finds wants Entry to return want.
func finds(want engines.Entry) step {
	return step{fmt.Sprintf("entry %d", want.Index), func(ctx context.Context, place *Place) error {
		got, ok, err := place.engine.LogStore().Entry(ctx, want.Index)
		if err != nil || !ok || !sameEntry(got, want) {
			return fmt.Errorf("got %s, %v, error %v, want %s", show(got), ok, err, show(want))
		}
		return nil
	}}
}

// lacks wants Entry to return nothing.
func lacks(index uint64) step {
	return step{fmt.Sprintf("entry %d", index), func(ctx context.Context, place *Place) error {
		got, ok, err := place.engine.LogStore().Entry(ctx, index)
		if err != nil || ok {
			return fmt.Errorf("got %s, %v, error %v, want none", show(got), ok, err)
		}
		return nil
	}}
}

// ranges wants GetEntries to return want.
func ranges(first, last uint64, want ...engines.Entry) step {
	return step{fmt.Sprintf("get entries from %d to %d", first, last), func(ctx context.Context, place *Place) error {
		got, err := place.engine.LogStore().GetEntries(ctx, first, last)
		if err != nil {
			return fmt.Errorf("got error %w, want none", err)
		}
		return compareEntries(got, want)
	}}
}

// boundaryIs wants the boundary of an engine that keeps one; a zero want is no
// boundary.
func boundaryIs(want engines.LogID) step {
	return step{"load purge boundary", func(ctx context.Context, place *Place) error {
		loader, ok := place.engine.LogStore().(engines.PurgeBoundaryLoader)
		if !ok || place.without().Purge {
			return nil
		}
		got, ok, err := loader.LoadPurgeBoundary(ctx)
		if wantOK := want != (engines.LogID{}); err != nil || ok != wantOK || ok && got != want {
			return fmt.Errorf("got boundary %+v, %v, error %v, want %+v, %v", got, ok, err, want, wantOK)
		}
		return nil
	}}
}

// hardStateIs wants the hard state of an engine that offers one; nil is none.
func hardStateIs(want *engines.HardState) step {
	return step{"load hard state", func(ctx context.Context, place *Place) error {
		if place.without().HardState {
			return nil
		}
		got, ok, err := place.engine.MetaStore().LoadHardState(ctx)
		if err != nil {
			return fmt.Errorf("got error %w, want none", err)
		}
		if ok != (want != nil) {
			return fmt.Errorf("got hard state %+v, %v, want %v", got, ok, want != nil)
		}
		if ok && got != *want {
			return fmt.Errorf("got hard state %+v, want %+v", got, *want)
		}
		return nil
	}}
}

func hardState(term, vote uint64) *engines.HardState {
	return &engines.HardState{Term: term, Vote: vote}
}
