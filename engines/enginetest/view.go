package enginetest

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/ackproof/ackproof/engines"
)

// view is everything that an engine shows of itself. The boundary of an engine
// that keeps none is left out.
type view struct {
	last        uint64
	boundary    engines.LogID
	hasBoundary bool
	entries     []engines.Entry
	hardState   engines.HardState
	hasHard     bool
}

// see reads everything from the open engine, and every entry in two ways.
func see(ctx context.Context, place *Place) (v view, err error) {
	log := place.engine.LogStore()
	v.last = log.LastIndex()
	if loader, ok := log.(engines.PurgeBoundaryLoader); ok && !place.without().Purge {
		if v.boundary, v.hasBoundary, err = loader.LoadPurgeBoundary(ctx); err != nil {
			return v, fmt.Errorf("load purge boundary: got error %w, want none", err)
		}
	}
	if !place.without().HardState {
		if v.hardState, v.hasHard, err = place.engine.MetaStore().LoadHardState(ctx); err != nil {
			return v, fmt.Errorf("load hard state: got error %w, want none", err)
		}
	}
	if v.entries, err = log.GetEntries(ctx, 0, math.MaxUint64); err != nil {
		return v, fmt.Errorf("get entries from 0 to %d: got error %w, want none", uint64(math.MaxUint64), err)
	}
	return v, seeEach(ctx, log, v.entries)
}

// seeEach wants Entry to agree with what GetEntries returned, and to find
// nothing on either side of it.
func seeEach(ctx context.Context, log engines.LogStore, entries []engines.Entry) error {
	for _, want := range entries {
		got, ok, err := log.Entry(ctx, want.Index)
		if err != nil || !ok || !sameEntry(got, want) {
			return fmt.Errorf("entry %d: got %s, %v, error %v, want %s as GetEntries returned it (%s)",
				want.Index, show(got), ok, err, show(want), ruleEntry)
		}
	}
	var beside []uint64
	if n := len(entries); n > 0 {
		beside = []uint64{entries[0].Index - 1, entries[n-1].Index + 1}
	}
	for _, index := range beside {
		if got, ok, err := log.Entry(ctx, index); err != nil || ok {
			return fmt.Errorf("entry %d: got %s, %v, error %v, want none as GetEntries returned none (%s)",
				index, show(got), ok, err, ruleEntry)
		}
	}
	return nil
}

// compare says what differs in got, and which sentence it breaks.
func compare(got, want view) error {
	if err := compareEntries(got.entries, want.entries); err != nil {
		return err
	}
	switch {
	case got.last != want.last:
		return fmt.Errorf("got last index %d, want %d (%s)", got.last, want.last, ruleLast)
	case got.hasBoundary != want.hasBoundary || got.boundary != want.boundary:
		return fmt.Errorf("got purge boundary %+v, %v, want %+v, %v (%s)",
			got.boundary, got.hasBoundary, want.boundary, want.hasBoundary, ruleBoundary)
	case got.hasHard != want.hasHard || got.hardState != want.hardState:
		return fmt.Errorf("got hard state %+v, %v, want %+v, %v (%s)",
			got.hardState, got.hasHard, want.hardState, want.hasHard, ruleHardState)
	}
	return nil
}

// compareEntries names both logs, and the first payload that differs where index
// and term do not.
func compareEntries(got, want []engines.Entry) error {
	if slices.EqualFunc(got, want, sameEntry) {
		return nil
	}
	err := fmt.Errorf("got entries %s, want %s", showAll(got), showAll(want))
	for i := range min(len(got), len(want)) {
		if got[i].ID() != want[i].ID() {
			break
		}
		if !sameEntry(got[i], want[i]) {
			return fmt.Errorf("%w; got payload %s, want %s", err, show(got[i]), show(want[i]))
		}
	}
	return err
}

func sameEntry(a, b engines.Entry) bool {
	return a.ID() == b.ID() && bytes.Equal(a.Payload, b.Payload)
}

// showAll names runs of entries of one term, so that a long log stays readable:
// "1-3@1 4@2".
func showAll(entries []engines.Entry) string {
	if len(entries) == 0 {
		return "none"
	}
	var out []byte
	for start := 0; start < len(entries); {
		end := start + 1
		for end < len(entries) && entries[end].Term == entries[start].Term &&
			entries[end].Index == entries[end-1].Index+1 {
			end++
		}
		if start > 0 {
			out = append(out, ' ')
		}
		out = append(out, showRun(entries[start:end])...)
		start = end
	}
	return string(out)
}

func showRun(run []engines.Entry) string {
	first, last := run[0], run[len(run)-1]
	if len(run) == 1 {
		return fmt.Sprintf("%d@%d", first.Index, first.Term)
	}
	return fmt.Sprintf("%d-%d@%d", first.Index, last.Index, first.Term)
}

// show describes one entry without pouring out its payload.
func show(e engines.Entry) string {
	const shown = 16
	if len(e.Payload) > shown {
		return fmt.Sprintf("%d@%d %q... (%d bytes)", e.Index, e.Term, e.Payload[:shown], len(e.Payload))
	}
	return fmt.Sprintf("%d@%d %q", e.Index, e.Term, e.Payload)
}
