package enginetest

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sync/atomic"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest/trial"
)

// purgerBesideWriter purges what a writer has left behind while it writes on.
func purgerBesideWriter(ctx context.Context, place *Place) error {
	if place.claims().PurgeAlone {
		return fmt.Errorf("%w: the engine says that Purge runs alone", trial.ErrSkipped)
	}
	if place.without().Purge {
		return fmt.Errorf("%w: the engine does not offer purge", trial.ErrSkipped)
	}
	var w writer
	cutoff := uint64(0)
	write := func(failed func() bool) error {
		return w.write(ctx, place, failed, func() error { runtime.Gosched(); return nil })
	}
	err := trial.Beside(place.progress, write, func() (err error) {
		cutoff, err = w.purgeBehind(ctx, place.engine.LogStore(), cutoff)
		return err
	})
	if err != nil {
		return err
	}
	return w.kept(ctx, place, cutoff+1)
}

// purgerWithWriter does the same in one goroutine.
func purgerWithWriter(ctx context.Context, place *Place) error {
	if place.without().Purge {
		return fmt.Errorf("%w: the engine does not offer purge", trial.ErrSkipped)
	}
	var w writer
	cutoff := uint64(0)
	never := func() bool { return false }
	err := w.write(ctx, place, never, func() (err error) {
		cutoff, err = w.purgeBehind(ctx, place.engine.LogStore(), cutoff)
		return err
	})
	if err != nil {
		return err
	}
	return w.kept(ctx, place, cutoff+1)
}

// writer appends to a log of which a purger takes the beginning away.
type writer struct {
	last uint64
	// purged counts the purges that went well.
	purged atomic.Int64
}

// purgedBehind is how far a purge stays behind the last index: the writer touches nothing
// there.
const purgedBehind = 20

// write appends in batches that overlap the one before, with between after each. It ends
// once there were some purges, or some more batches than are needed for that, or a purger
// failed.
func (w *writer) write(ctx context.Context, place *Place, failed func() bool, between func() error) error {
	const purgesWanted, batchesMax = 10, 5000
	for next := uint64(1); next < 3*batchesMax && (next < 100 || w.purged.Load() < purgesWanted) && !failed(); next += 3 {
		place.progress.Note(fmt.Sprintf("writer at index %d", next))
		if err := persist(span(next, next+4, 1)...).do(ctx, place); err != nil {
			return fmt.Errorf("writer at index %d: %w", next, err)
		}
		w.last = next + 4
		if err := between(); err != nil {
			return err
		}
	}
	return nil
}

// purgeBehind purges to well behind the last index, and returns where to; purged is where
// the last purge went.
func (w *writer) purgeBehind(ctx context.Context, log engines.LogStore, purged uint64) (uint64, error) {
	last := log.LastIndex()
	if last < purged+purgedBehind+1 {
		return purged, nil
	}
	cutoff := last - purgedBehind
	if err := log.Purge(ctx, engines.LogID{Index: cutoff, Term: 1}); err != nil {
		return purged, fmt.Errorf("purge to %d while a writer runs: got error %w, want none", cutoff, err)
	}
	w.purged.Add(1)
	return cutoff, nil
}

// kept wants the entries from first on.
func (w *writer) kept(ctx context.Context, place *Place, first uint64) error {
	got, err := place.engine.LogStore().GetEntries(ctx, 0, math.MaxUint64)
	if err != nil {
		return fmt.Errorf("get entries: got error %w, want none", err)
	}
	return compareEntries(got, span(first, w.last, 1))
}
