package pebblelog

import (
	"context"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"github.com/ackproof/ackproof/engines"
)

// logStore is the engine seen as a LogStore.
type logStore Engine

var (
	_ engines.LogStore            = (*logStore)(nil)
	_ engines.RangeReplacer       = (*logStore)(nil)
	_ engines.PurgeBoundaryLoader = (*logStore)(nil)
)

func (s *logStore) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	return s.change(ctx, "persist", func(b *bounds, batch *pebble.Batch) error {
		if len(entries) == 0 {
			return nil
		}
		return put(b, batch, entries)
	})
}

func (s *logStore) ReplaceRange(ctx context.Context, from uint64, entries []engines.Entry) error {
	return s.change(ctx, "replace", func(b *bounds, batch *pebble.Batch) error {
		if len(entries) == 0 {
			return cut(b, batch, from)
		}
		if entries[0].Index != from {
			return fmt.Errorf("%w: got first index %d, want %d", engines.ErrInvalid, entries[0].Index, from)
		}
		return put(b, batch, entries)
	})
}

func (s *logStore) Truncate(ctx context.Context, from uint64) error {
	return s.change(ctx, "truncate", func(b *bounds, batch *pebble.Batch) error { return cut(b, batch, from) })
}

// Purge removes the entries and sets the boundary in one batch: entries gone
// with the boundary lost would leave a log that begins nowhere.
func (s *logStore) Purge(ctx context.Context, cutoff engines.LogID) error {
	return s.change(ctx, "purge", func(b *bounds, batch *pebble.Batch) error {
		if cutoff.Index <= b.boundary.Index {
			return nil
		}
		first := b.boundary.Index + 1
		b.boundary, b.hasBoundary, b.last = cutoff, true, max(b.last, cutoff.Index)
		return errors.Join(
			batch.DeleteRange(entryKey(first), keyAfter(cutoff.Index), nil),
			batch.Set(boundaryKey, encodePair(cutoff.Index, cutoff.Term), nil),
		)
	})
}

func (s *logStore) Reset(ctx context.Context) error {
	return s.change(ctx, "reset", func(b *bounds, batch *pebble.Batch) error {
		*b = bounds{}
		return errors.Join(
			batch.DeleteRange(entryKey(0), entriesEnd, nil),
			batch.Delete(boundaryKey, nil),
		)
	})
}

func (s *logStore) Flush(ctx context.Context) error { return (*Engine)(s).flush(ctx) }

func (s *logStore) Entry(ctx context.Context, index uint64) (engines.Entry, bool, error) {
	found, err := s.GetEntries(ctx, index, index)
	if err != nil || len(found) == 0 {
		return engines.Entry{}, false, err
	}
	return found[0], true, nil
}

func (s *logStore) GetEntries(ctx context.Context, first, last uint64) ([]engines.Entry, error) {
	if err := (*Engine)(s).usable(ctx); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	first, last = max(first, s.bounds.boundary.Index+1), min(last, s.bounds.last)
	if first > last || s.bounds.last == s.bounds.boundary.Index {
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
	return s.bounds.last
}

func (s *logStore) IsWriteDurable() bool { return !s.buffered }

func (s *logStore) LoadPurgeBoundary(ctx context.Context) (engines.LogID, bool, error) {
	if err := (*Engine)(s).usable(ctx); err != nil {
		return engines.LogID{}, false, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.bounds.boundary, s.bounds.hasBoundary, nil
}

// change lets do fill a batch and move the bounds, and commits both or neither.
func (s *logStore) change(ctx context.Context, name string, do func(*bounds, *pebble.Batch) error) error {
	e := (*Engine)(s)
	if err := e.usable(ctx); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	moved, batch := e.bounds, e.db.NewBatch()
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
	e.bounds = moved
	return nil
}

// put discards the log from the first of entries on and writes them there. A
// later operation of a batch wins over an earlier one, so the discarded suffix
// and the new entries need only this one batch.
func put(b *bounds, batch *pebble.Batch, entries []engines.Entry) error {
	if err := b.checkBatch(entries); err != nil {
		return err
	}
	if err := cut(b, batch, entries[0].Index); err != nil {
		return err
	}
	for _, e := range entries {
		if err := setEntry(batch, e); err != nil {
			return err
		}
	}
	b.last = entries[len(entries)-1].Index
	return nil
}

// cut discards the entries at and after from.
func cut(b *bounds, batch *pebble.Batch, from uint64) error {
	from = max(from, 1)
	if err := b.checkCut(from); err != nil {
		return err
	}
	if from > b.last {
		return nil
	}
	end := keyAfter(b.last)
	b.last = from - 1
	return batch.DeleteRange(entryKey(from), end, nil)
}

// scan reads the entries from first to last. All are there, as the bounds say; a
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
