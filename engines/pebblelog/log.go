package pebblelog

import (
	"context"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/extent"
)

// LogStore returns the log. It is also a RangeReplacer and a
// PurgeBoundaryLoader.
func (e *Engine) LogStore() engines.LogStore { return (*logStore)(e) }

// logStore is the engine seen as a LogStore.
type logStore Engine

var (
	_ engines.LogStore            = (*logStore)(nil)
	_ engines.RangeReplacer       = (*logStore)(nil)
	_ engines.PurgeBoundaryLoader = (*logStore)(nil)
)

func (s *logStore) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	return s.change(ctx, "persist", func(x *extent.Extent, batch *pebble.Batch) error { return put(x, batch, entries) })
}

func (s *logStore) ReplaceRange(ctx context.Context, from uint64, entries []engines.Entry) error {
	return s.change(ctx, "replace", func(x *extent.Extent, batch *pebble.Batch) error {
		if len(entries) == 0 {
			return cut(x, batch, from)
		}
		if err := extent.CheckReplace(from, entries); err != nil {
			return err
		}
		return put(x, batch, entries)
	})
}

func (s *logStore) Truncate(ctx context.Context, from uint64) error {
	return s.change(ctx, "truncate", func(x *extent.Extent, batch *pebble.Batch) error { return cut(x, batch, from) })
}

// Purge removes the entries and sets the boundary in one batch: entries gone
// with the boundary lost would leave a log that begins nowhere.
func (s *logStore) Purge(ctx context.Context, cutoff engines.LogID) error {
	return s.change(ctx, "purge", func(x *extent.Extent, batch *pebble.Batch) error {
		if cutoff.Index <= x.Boundary.Index {
			return nil
		}
		first := x.First()
		*x = x.Purged(cutoff)
		return errors.Join(
			batch.DeleteRange(entryKey(first), keyAfter(cutoff.Index), nil),
			batch.Set(boundaryKey, encodePair(cutoff.Index, cutoff.Term), nil),
		)
	})
}

func (s *logStore) Reset(ctx context.Context) error {
	return s.change(ctx, "reset", func(x *extent.Extent, batch *pebble.Batch) error {
		*x = extent.Extent{}
		return errors.Join(
			batch.DeleteRange(entryKey(0), entriesEnd, nil),
			batch.Delete(boundaryKey, nil),
		)
	})
}

func (s *logStore) Flush(ctx context.Context) error { return (*Engine)(s).flush(ctx) }

func (s *logStore) Entry(ctx context.Context, index uint64) (engines.Entry, bool, error) {
	return extent.One(s.GetEntries(ctx, index, index))
}

func (s *logStore) GetEntries(ctx context.Context, first, last uint64) ([]engines.Entry, error) {
	if err := (*Engine)(s).usable(ctx); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	first, last, ok := s.extent.Clip(first, last)
	if !ok {
		return nil, nil
	}
	var found []engines.Entry
	err := s.guard.run(func() (err error) {
		found, err = scan(s.db, first, last)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("pebblelog: get entries from %d to %d: %w", first, last, err)
	}
	return found, nil
}

func (s *logStore) LastIndex() uint64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.extent.Last
}

func (s *logStore) IsWriteDurable() bool { return !s.buffered }

func (s *logStore) LoadPurgeBoundary(ctx context.Context) (engines.LogID, bool, error) {
	if err := (*Engine)(s).usable(ctx); err != nil {
		return engines.LogID{}, false, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.extent.Boundary, s.extent.HasBoundary, nil
}

// change lets do fill a batch and move the extent, and commits both or neither.
func (s *logStore) change(ctx context.Context, name string, do func(*extent.Extent, *pebble.Batch) error) error {
	e := (*Engine)(s)
	if err := e.usable(ctx); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	moved, batch := e.extent, e.db.NewBatch()
	err := do(&moved, batch)
	switch {
	case err != nil || batch.Empty():
		err = errors.Join(err, batch.Close())
	default:
		err = e.commit(batch, e.logDurability())
	}
	if err != nil {
		return fmt.Errorf("pebblelog: %s: %w", name, err)
	}
	e.extent = moved
	return nil
}

// put discards the log from the first of entries on and writes them there. A
// later operation of a batch wins over an earlier one, so the discarded suffix
// and the new entries need only this one batch.
func put(x *extent.Extent, batch *pebble.Batch, entries []engines.Entry) error {
	if err := x.CheckWrite(entries); err != nil || len(entries) == 0 {
		return err
	}
	if err := cut(x, batch, entries[0].Index); err != nil {
		return err
	}
	for _, e := range entries {
		if err := setEntry(batch, e); err != nil {
			return err
		}
	}
	x.Last = entries[len(entries)-1].Index
	return nil
}

// cut discards the entries at and after from.
func cut(x *extent.Extent, batch *pebble.Batch, from uint64) error {
	from = max(from, 1)
	if err := x.CheckCut(from); err != nil || from > x.Last {
		return err
	}
	end := keyAfter(x.Last)
	x.Last = from - 1
	return batch.DeleteRange(entryKey(from), end, nil)
}

// scan reads the entries from first to last. All are there, as the extent says; a
// hole means that stored bytes were lost.
func scan(db *pebble.DB, first, last uint64) (found []engines.Entry, err error) {
	entries, err := db.NewIter(&pebble.IterOptions{LowerBound: entryKey(first), UpperBound: keyAfter(last)})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, entries.Close()) }()
	for entries.First(); entries.Valid(); entries.Next() {
		e, err := current(entries)
		if err != nil {
			return nil, err
		}
		if want := first + uint64(len(found)); e.Index != want {
			return nil, fmt.Errorf("%w: got entry %d, want %d", engines.ErrCorrupt, e.Index, want)
		}
		found = append(found, e)
	}
	if err := entries.Error(); err != nil {
		return nil, err
	}
	if got, want := uint64(len(found)), last-first+1; got != want {
		return nil, fmt.Errorf("%w: got %d entries from %d to %d, want %d", engines.ErrCorrupt, got, first, last, want)
	}
	return found, nil
}

// current returns the entry that entries is at.
func current(entries *pebble.Iterator) (engines.Entry, error) {
	index, err := indexOf(entries.Key())
	if err != nil {
		return engines.Entry{}, err
	}
	value, err := entries.ValueAndErr()
	if err != nil {
		return engines.Entry{}, err
	}
	return decodeEntry(index, value)
}
