package logstore

import (
	"context"
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/raftlog"
)

// beyondLast is how far past the last index a log is searched for entries that
// it should not have.
const beyondLast = 64

// Show reads everything that the engine shows.
func (s *store) Show(ctx context.Context) (models.View, error) {
	v, err := s.view(ctx)
	return &v, err
}

func (s *store) view(ctx context.Context) (v raftlog.View, err error) {
	log, without := s.LogStore(), s.factory.Without
	if loader, ok := log.(engines.PurgeBoundaryLoader); ok && !without.Purge {
		if v.Boundary, v.HasBoundary, err = loader.LoadPurgeBoundary(ctx); err != nil {
			return v, fmt.Errorf("load purge boundary: %w", err)
		}
	}
	if !without.HardState {
		if v.HardState, v.HasHardState, err = s.MetaStore().LoadHardState(ctx); err != nil {
			return v, fmt.Errorf("load hard state: %w", err)
		}
	}
	v.LastIndex = log.LastIndex()
	entries, err := log.GetEntries(ctx, 1, v.LastIndex+beyondLast)
	if err != nil {
		return v, fmt.Errorf("get entries 1-%d: %w", v.LastIndex+beyondLast, err)
	}
	v.Entries = raftlog.EntriesOf(entries)
	return v, checkSingle(ctx, log, v.Entries)
}

// checkSingle checks that entries read one by one are those read together, for
// the first and the last of them.
func checkSingle(ctx context.Context, log engines.LogStore, entries []raftlog.Entry) error {
	for _, i := range []int{0, len(entries) - 1} {
		if i < 0 || i >= len(entries) {
			continue
		}
		e, ok, err := log.Entry(ctx, entries[i].Index)
		switch {
		case err != nil:
			return fmt.Errorf("read entry %d: %w", entries[i].Index, err)
		case !ok || raftlog.EntryOf(e) != entries[i]:
			return subject.Mismatch(fmt.Sprintf("entry %d alone is not the one that a range read gives", entries[i].Index))
		}
	}
	return nil
}
