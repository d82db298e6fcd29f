package keyed

import (
	"context"
	"fmt"

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
	return s.change(ctx, "purge", func(x extent.Extent) (change, error) {
		return purge(x, cutoff, s.config.Boundary), nil
	})
}

func (s *logStore) Reset(ctx context.Context) error {
	return s.change(ctx, "reset", func(x extent.Extent) (change, error) {
		if x == (extent.Extent{}) && !s.config.ResetsEmpty {
			return change{}, nil
		}
		return reset(s.config.Boundary), nil
	})
}

func (s *logStore) Flush(ctx context.Context) error { return (*Engine)(s).flush(ctx) }

func (s *logStore) Entry(ctx context.Context, index uint64) (engines.Entry, bool, error) {
	return extent.One(s.GetEntries(ctx, index, index))
}

func (s *logStore) GetEntries(ctx context.Context, first, last uint64) ([]engines.Entry, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := (*Engine)(s).usable(ctx, "get entries"); err != nil {
		return nil, err
	}
	first, last, ok := s.extent.Clip(first, last)
	if !ok {
		return nil, nil
	}
	var found []engines.Entry
	err := s.store.Read(func(r Reader) (err error) {
		found, err = scan(r, first, last)
		return err
	})
	if err != nil {
		return nil, (*Engine)(s).named(fmt.Sprintf("get entries from %d to %d", first, last), err)
	}
	return found, nil
}

func (s *logStore) LastIndex() uint64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.extent.Last
}

func (s *logStore) IsWriteDurable() bool { return s.config.Claims.WriteDurable }

func (s *logStore) LoadPurgeBoundary(ctx context.Context) (engines.LogID, bool, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := (*Engine)(s).usable(ctx, "load purge boundary"); err != nil {
		return engines.LogID{}, false, err
	}
	return s.extent.Boundary, s.extent.HasBoundary, nil
}

// change commits the change that plan makes of the extent, or nothing, in the name
// of a call.
func (s *logStore) change(ctx context.Context, call string, plan func(extent.Extent) (change, error)) error {
	e := (*Engine)(s)
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.usable(ctx, call); err != nil {
		return err
	}
	c, err := plan(e.extent)
	if err == nil && !c.nothing() {
		err = e.commit(c.Batch, e.config.Claims.WriteDurable)
	}
	if err != nil {
		return e.named(call, err)
	}
	e.extent = c.after
	return nil
}

// scan reads the entries from first to last. All are there, as the extent says; a
// hole means that stored bytes were lost.
func scan(r Reader, first, last uint64) ([]engines.Entry, error) {
	const (
		countMax  = 16 << 10 // to begin with: a damaged store may say any last index
		roomBytes = 64 << 10 // one entry that is kept holds on to as much
	)
	found, copied := make([]engines.Entry, 0, min(last-first, countMax)+1), copier{}
	if last > first {
		copied.roomBytes = roomBytes
	}
	next := first
	err := r.Scan(first, last, func(key, value []byte) (more bool, err error) {
		e, err := decodeEntry(key, value, &copied)
		if err != nil {
			return false, err
		}
		if e.Index != next {
			return false, fmt.Errorf("%w: got entry %d, want %d", engines.ErrCorrupt, e.Index, next)
		}
		found = append(found, e)
		next++
		return e.Index != last, nil
	})
	if err != nil {
		return nil, err
	}
	if want := last - first + 1; uint64(len(found)) != want {
		return nil, fmt.Errorf("%w: got no entry %d, want entries up to %d", engines.ErrCorrupt, next, last)
	}
	return found, nil
}
