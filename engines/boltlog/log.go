package boltlog

import (
	"context"
	"fmt"

	"go.etcd.io/bbolt"

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
	return s.change(ctx, "persist", func(x extent.Extent) (change, error) { return persist(x, entries) })
}

func (s *logStore) ReplaceRange(ctx context.Context, from uint64, entries []engines.Entry) error {
	return s.change(ctx, "replace", func(x extent.Extent) (change, error) { return replace(x, from, entries) })
}

func (s *logStore) Truncate(ctx context.Context, from uint64) error {
	return s.change(ctx, "truncate", func(x extent.Extent) (change, error) { return truncate(x, from) })
}

func (s *logStore) Purge(ctx context.Context, cutoff engines.LogID) error {
	return s.change(ctx, "purge", func(x extent.Extent) (change, error) { return purge(x, cutoff), nil })
}

func (s *logStore) Reset(ctx context.Context) error {
	return s.change(ctx, "reset", func(x extent.Extent) (change, error) { return reset(x), nil })
}

func (s *logStore) Flush(ctx context.Context) error { return (*Engine)(s).flush(ctx) }

func (s *logStore) Entry(ctx context.Context, index uint64) (engines.Entry, bool, error) {
	return extent.One(s.GetEntries(ctx, index, index))
}

func (s *logStore) GetEntries(ctx context.Context, first, last uint64) ([]engines.Entry, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := (*Engine)(s).usable(ctx); err != nil {
		return nil, fmt.Errorf("boltlog: get entries: %w", err)
	}
	first, last, ok := s.extent.Clip(first, last)
	if !ok {
		return nil, nil
	}
	var found []engines.Entry
	err := s.db.View(func(tx *bbolt.Tx) (err error) {
		found, err = scan(tx, first, last)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("boltlog: get entries from %d to %d: %w", first, last, err)
	}
	return found, nil
}

func (s *logStore) LastIndex() uint64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.extent.Last
}

func (s *logStore) IsWriteDurable() bool { return !s.noSync }

func (s *logStore) LoadPurgeBoundary(ctx context.Context) (engines.LogID, bool, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := (*Engine)(s).usable(ctx); err != nil {
		return engines.LogID{}, false, fmt.Errorf("boltlog: load purge boundary: %w", err)
	}
	return s.extent.Boundary, s.extent.HasBoundary, nil
}

// change performs plan in the name of a call.
func (s *logStore) change(ctx context.Context, name string, plan func(extent.Extent) (change, error)) error {
	e := (*Engine)(s)
	e.mu.Lock()
	defer e.mu.Unlock()
	err := e.usable(ctx)
	if err == nil {
		err = e.perform(plan)
	}
	if err != nil {
		return fmt.Errorf("boltlog: %s: %w", name, err)
	}
	return nil
}

// perform commits the change that plan makes of the extent, or nothing. The caller
// holds e.mu for writing.
func (e *Engine) perform(plan func(extent.Extent) (change, error)) error {
	c, err := plan(e.extent)
	if err != nil || c.nothing(e.extent) {
		return err
	}
	if err := e.commit(func(tx *bbolt.Tx) error { return c.apply(tx, e.extent) }); err != nil {
		return err
	}
	e.extent = c.after
	return nil
}

// scan reads the entries from first to last. All are there, as the extent says; a
// hole means that stored bytes were lost.
func scan(tx *bbolt.Tx, first, last uint64) ([]engines.Entry, error) {
	const (
		entryBytesMin = 32   // bbolt's header, key and term
		roomBytes     = 4096 // more than an entry that is kept should hold on to
	)
	// A damaged file may say any last index, but holds no more than it has room for.
	countMax := uint64(tx.Size()) / entryBytesMin
	found, copied := make([]engines.Entry, 0, min(last-first, countMax)+1), copier{}
	if last > first {
		copied.roomBytes = roomBytes
	}
	entries := tx.Bucket(logBucket).Cursor()
	key, value := entries.Seek(entryKey(first))
	for index := first; ; index++ {
		if key == nil {
			return nil, fmt.Errorf("%w: got no entry %d, want entries up to %d", engines.ErrCorrupt, index, last)
		}
		e, err := decodeEntry(key, value, &copied)
		if err != nil {
			return nil, err
		}
		if e.Index != index {
			return nil, fmt.Errorf("%w: got entry %d, want %d", engines.ErrCorrupt, e.Index, index)
		}
		found = append(found, e)
		if index == last {
			return found, nil
		}
		key, value = entries.Next()
	}
}
