package host

import (
	"context"
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// beyondLast is how far past the last index a log is searched for entries that
// it should not have.
const beyondLast = 64

// viewOf reads everything that the engine shows.
func viewOf(ctx context.Context, e engines.StorageEngine, without engines.Without) (v models.View, err error) {
	log := e.LogStore()
	if loader, ok := log.(engines.PurgeBoundaryLoader); ok && !without.Purge {
		if v.Boundary, v.HasBoundary, err = loader.LoadPurgeBoundary(ctx); err != nil {
			return v, fmt.Errorf("load purge boundary: %w", err)
		}
	}
	if !without.HardState {
		if v.HardState, v.HasHardState, err = e.MetaStore().LoadHardState(ctx); err != nil {
			return v, fmt.Errorf("load hard state: %w", err)
		}
	}
	v.LastIndex = log.LastIndex()
	entries, err := log.GetEntries(ctx, 1, v.LastIndex+beyondLast)
	if err != nil {
		return v, fmt.Errorf("get entries 1-%d: %w", v.LastIndex+beyondLast, err)
	}
	v.Entries = models.EntriesOf(entries)
	return v, checkSingle(ctx, log, v.Entries)
}

// checkSingle checks that entries read one by one are those read together, for
// the first and the last of them.
func checkSingle(ctx context.Context, log engines.LogStore, entries []models.Entry) error {
	for _, i := range []int{0, len(entries) - 1} {
		if i < 0 || i >= len(entries) {
			continue
		}
		e, ok, err := log.Entry(ctx, entries[i].Index)
		switch {
		case err != nil:
			return fmt.Errorf("read entry %d: %w", entries[i].Index, err)
		case !ok || models.EntryOf(e) != entries[i]:
			return fmt.Errorf("entry %d alone is not the one that a range read gives", entries[i].Index)
		}
	}
	return nil
}
