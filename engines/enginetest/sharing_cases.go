package enginetest

import (
	"context"
	"fmt"
	"math"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest/trial"
)

func sharingCases() []Case {
	return []Case{
		{"caller-reuses-entries", ruleGiven, callerReuses},
		{"caller-changes-result", ruleOwned, callerChanges},
		{"readers-beside-writer", ruleShared, readersBesideWriter},
		{"purger-beside-writer", rulePurger, purgerBesideWriter},
	}
}

// scribble overwrites everything that entries reach.
func scribble(entries []engines.Entry) {
	for i := range entries {
		for j := range entries[i].Payload {
			entries[i].Payload[j] = '?'
		}
		entries[i] = engines.Entry{Index: math.MaxUint64, Term: math.MaxUint64, Payload: []byte("scribbled")}
	}
}

func callerReuses(ctx context.Context, place *Place) error {
	given := span(1, 9, 1)
	if err := steps(persist(given...))(ctx, place); err != nil {
		return err
	}
	scribble(given)
	want := span(1, 9, 1)
	if _, ok := place.engine.LogStore().(engines.RangeReplacer); ok {
		given = span(8, 10, 2)
		if err := steps(replace(8, given...))(ctx, place); err != nil {
			return err
		}
		scribble(given)
		want = append(span(1, 7, 1), span(8, 10, 2)...)
	}
	return steps(holds(want), flush(), reopenIfKept(), holds(want))(ctx, place)
}

func callerChanges(ctx context.Context, place *Place) error {
	if err := steps(persist(span(1, 9, 1)...))(ctx, place); err != nil {
		return err
	}
	log := place.engine.LogStore()
	got, err := log.GetEntries(ctx, 2, 8)
	if err != nil {
		return err
	}
	one, _, err := log.Entry(ctx, 5)
	if err != nil {
		return err
	}
	for i := range got {
		got[i].Payload = append(got[i].Payload, "appended"...)
		got[i].Payload = got[i].Payload[:len(got[i].Payload)-len("appended")]
	}
	if err := compareEntries(got, span(2, 8, 1)); err != nil {
		return fmt.Errorf("after appending to each payload: %w", err)
	}
	scribble(got)
	scribble([]engines.Entry{one})
	return steps(holds(span(1, 9, 1)), reopenIfKept(), holds(span(1, 9, 1)))(ctx, place)
}

// readersBesideWriter runs one writer with flushers, readers and a saver of
// hard states. What a reader sees at one moment is one log: consecutive, with
// terms that never fall, and with each entry's own payload. Under the race
// detector it also shows unguarded access.
func readersBesideWriter(ctx context.Context, place *Place) error {
	log, without := place.engine.LogStore(), place.without()
	others := []func() error{
		func() error { return readOne(ctx, log, without) },
		func() error { return readMany(ctx, log) },
		func() error { return readMany(ctx, log) },
		func() error { return flush().do(ctx, place) },
	}
	if !without.HardState {
		others = append(others, func() error { return readHardState(ctx, place.engine.MetaStore()) })
	}
	return trial.Beside(place.progress, func(failed func() bool) error { return writeMuch(ctx, place, failed) }, others...)
}

// writeMuch appends, overlaps, truncates and purges, with a new term for each
// round, so that a mix of two rounds shows.
func writeMuch(ctx context.Context, place *Place, failed func() bool) error {
	const roundCount = 30
	next := uint64(1)
	for term := uint64(1); term <= roundCount && !failed(); term++ {
		place.progress.Note(fmt.Sprintf("writer in round %d", term))
		err := steps(
			ifOffered(save(term, term)), persist(span(next, next+9, term)...), persist(span(next+10, next+12, term)...),
			ifOffered(truncate(next+8)), ifOffered(purge(next, term)),
		)(ctx, place)
		if err != nil {
			return fmt.Errorf("writer in round %d: %w", term, err)
		}
		next += 5 // the next round overlaps the last three of this one
	}
	return nil
}

func readOne(ctx context.Context, log engines.LogStore, without engines.Without) error {
	index := log.LastIndex()
	got, ok, err := log.Entry(ctx, index)
	if err != nil {
		return fmt.Errorf("entry %d while a writer runs: got error %w, want none", index, err)
	}
	if ok && !sameEntry(got, entry(index, got.Term)) {
		return fmt.Errorf("entry %d while a writer runs: got %s, want %s", index, show(got), show(entry(index, got.Term)))
	}
	if loader, ok := log.(engines.PurgeBoundaryLoader); ok && !without.Purge {
		_, _, err = loader.LoadPurgeBoundary(ctx)
	}
	return err
}

func readMany(ctx context.Context, log engines.LogStore) error {
	got, err := log.GetEntries(ctx, 0, math.MaxUint64)
	if err != nil {
		return fmt.Errorf("get entries while a writer runs: got error %w, want none", err)
	}
	for i, e := range got {
		if !sameEntry(e, entry(e.Index, e.Term)) {
			return fmt.Errorf("get entries while a writer runs: got %s, want %s", show(e), show(entry(e.Index, e.Term)))
		}
		if i > 0 && (e.Index != got[i-1].Index+1 || e.Term < got[i-1].Term) {
			return fmt.Errorf("get entries while a writer runs: got %s, want the consecutive entries of one moment", showAll(got))
		}
	}
	return nil
}

func readHardState(ctx context.Context, meta engines.MetaStore) error {
	got, _, err := meta.LoadHardState(ctx)
	if err != nil {
		return fmt.Errorf("load hard state while a writer runs: got error %w, want none", err)
	}
	if got.Term != got.Vote {
		return fmt.Errorf("load hard state while a writer runs: got %+v, want the term and vote of one save", got)
	}
	return nil
}
