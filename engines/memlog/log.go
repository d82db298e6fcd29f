package memlog

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/extent"
)

func (e *engine) LogStore() engines.LogStore { return (*logStore)(e) }

// logStore is the engine seen as a LogStore.
type logStore engine

var (
	_ engines.LogStore            = (*logStore)(nil)
	_ engines.RangeReplacer       = (*logStore)(nil)
	_ engines.PurgeBoundaryLoader = (*logStore)(nil)
)

func (s *logStore) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	return s.change(ctx, func() error { return s.put(entries) })
}

func (s *logStore) ReplaceRange(ctx context.Context, from uint64, entries []engines.Entry) error {
	return s.change(ctx, func() error {
		if len(entries) == 0 {
			return s.cut(from)
		}
		if err := extent.CheckReplace(from, entries); err != nil {
			return err
		}
		return s.put(entries)
	})
}

func (s *logStore) Truncate(ctx context.Context, from uint64) error {
	return s.change(ctx, func() error { return s.cut(from) })
}

func (s *logStore) Purge(ctx context.Context, cutoff engines.LogID) error {
	return s.change(ctx, func() error {
		if cutoff.Index <= s.boundary.Index {
			return nil
		}
		gone := min(cutoff.Index-s.boundary.Index, uint64(len(s.entries)))
		s.entries = slices.Delete(s.entries, 0, int(gone))
		s.boundary, s.hasBoundary = cutoff, true
		return nil
	})
}

func (s *logStore) Reset(ctx context.Context) error {
	return s.change(ctx, func() error {
		s.entries, s.boundary, s.hasBoundary = nil, engines.LogID{}, false
		return nil
	})
}

func (s *logStore) Flush(ctx context.Context) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.usable(ctx)
}

func (s *logStore) Entry(ctx context.Context, index uint64) (engines.Entry, bool, error) {
	return extent.One(s.GetEntries(ctx, index, index))
}

func (s *logStore) GetEntries(ctx context.Context, first, last uint64) ([]engines.Entry, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	first, last, ok := s.extent().Clip(first, last)
	if !ok {
		return nil, nil
	}
	return copied(s.entries[first-s.first() : last-s.first()+1]), nil
}

func (s *logStore) LastIndex() uint64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.last()
}

func (s *logStore) IsWriteDurable() bool { return false }

func (s *logStore) LoadPurgeBoundary(ctx context.Context) (engines.LogID, bool, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.usable(ctx); err != nil {
		return engines.LogID{}, false, err
	}
	return s.boundary, s.hasBoundary, nil
}

// change runs do under the lock.
func (s *logStore) change(ctx context.Context, do func() error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(ctx); err != nil {
		return err
	}
	if err := do(); err != nil {
		return fmt.Errorf("memlog: %w", err)
	}
	return nil
}

// put discards the log from the first of entries on and appends them.
func (s *logStore) put(entries []engines.Entry) error {
	if err := s.extent().CheckWrite(entries); err != nil || len(entries) == 0 {
		return err
	}
	if err := s.cut(entries[0].Index); err != nil {
		return err
	}
	s.entries = append(s.entries, copied(entries)...)
	return nil
}

// cut discards the entries at and after from.
func (s *logStore) cut(from uint64) error {
	from = max(from, 1)
	if err := s.extent().CheckCut(from); err != nil || from > s.last() {
		return err
	}
	s.entries = slices.Delete(s.entries, int(from-s.first()), len(s.entries))
	return nil
}

func (s *logStore) extent() extent.Extent { return extent.Extent{Boundary: s.boundary, Last: s.last()} }

func (s *logStore) first() uint64 { return s.boundary.Index + 1 }
func (s *logStore) last() uint64  { return s.boundary.Index + uint64(len(s.entries)) }

func (s *logStore) usable(ctx context.Context) error { return (*engine)(s).usable(ctx) }

// copied returns entries with payloads of their own.
func copied(entries []engines.Entry) []engines.Entry {
	out := slices.Clone(entries)
	for i := range out {
		out[i].Payload = bytes.Clone(out[i].Payload)
	}
	return out
}
