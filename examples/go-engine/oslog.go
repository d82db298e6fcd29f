// Package oslog is a small Raft log store on a real directory, and an example of
// an engine that Ackproof can test as it is: it uses package os, and of Ackproof
// only the contract.
//
// The store is one file, "log", which only ever grows at its end; an open makes a new
// one of it. Each change is one record there, and is synced before the call returns; so
// every claim but one is true by construction. Damage to synced bytes looks like a torn write:
// the log then ends early, and CorruptionDetected is not claimed.
//
// What it leaves out, as it is an example: purged records stay in the file, the
// log is held in memory as a whole, and nothing keeps a second process out.
package oslog

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/ackproof/ackproof/engines"
)

// Store is the engine, and its own log and hard state. Its methods may be called
// from any goroutine.
type Store struct {
	mu    sync.RWMutex
	file  *os.File
	state state
	// sum is the checksum of the last record; the next one goes on from it.
	sum uint32
	// broken is why no call is taken any more: a failed write, or Close.
	broken error
}

var (
	_ engines.StorageEngine       = (*Store)(nil)
	_ engines.Claimer             = (*Store)(nil)
	_ engines.RangeReplacer       = (*Store)(nil)
	_ engines.PurgeBoundaryLoader = (*Store)(nil)
)

// Open opens the store in dir, which must exist, and creates it if there is none.
func Open(dir string) (*Store, error) {
	s := &Store{}
	whole, err := s.load(filepath.Join(dir, "log"))
	if err != nil {
		return nil, fmt.Errorf("oslog: open: %w", err)
	}
	if s.file, err = create(dir, whole); err != nil {
		return nil, fmt.Errorf("oslog: recover: %w", err)
	}
	return s, nil
}

// load loads the whole records of a file, and returns them. What follows them no call has
// acknowledged.
func (s *Store) load(path string) (whole []byte, err error) {
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	end := 0
	for r, ok := decode(data, 0); ok; r, ok = decode(data[end:], s.sum) {
		s.state.apply(r.change)
		s.sum = r.sum
		end += r.bytes
	}
	return data[:end], nil
}

// create makes a new log of records, durable with its name before anybody is shown them. A
// process before may have left its last record in the page cache only; and if an fsync of
// the old file failed, no later one reaches what that was to write.
func create(dir string, records []byte) (*os.File, error) {
	path := filepath.Join(dir, "log")
	if err := os.Remove(path + ".new"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	file, err := os.OpenFile(path+".new", os.O_RDWR|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o644)
	if err != nil {
		return nil, err
	}
	if _, err = file.Write(records); err == nil {
		err = file.Sync()
	}
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err == nil {
		err = syncDir(dir)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// LogStore returns s.
func (s *Store) LogStore() engines.LogStore { return s }

// MetaStore returns s.
func (s *Store) MetaStore() engines.MetaStore { return s }

// Claims promises all that follows from one synced record for each change.
func (s *Store) Claims() engines.Claims {
	return engines.Claims{
		WriteDurable: true, AtomicBatch: true, AtomicReplace: true, MutationsDurable: true,
		HardStateDurable: true, OrderedHardState: true,
	}
}

// IsWriteDurable returns true.
func (s *Store) IsWriteDurable() bool { return true }

// Close closes the file. Every later call is refused.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = engines.ErrClosed
	return s.file.Close()
}

// PersistEntries discards what the log holds from the first entry on, and appends.
func (s *Store) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	if len(entries) == 0 {
		return s.Flush(ctx)
	}
	return s.change(ctx, change{From: entries[0].Index, Entries: entries})
}

// ReplaceRange discards what the log holds at and after from, and appends.
func (s *Store) ReplaceRange(ctx context.Context, from uint64, entries []engines.Entry) error {
	if len(entries) == 0 {
		return s.Truncate(ctx, from)
	}
	return s.change(ctx, change{From: from, Entries: entries})
}

// Truncate discards the entries at and after from.
func (s *Store) Truncate(ctx context.Context, from uint64) error {
	return s.change(ctx, change{From: max(from, 1)})
}

// Purge discards the entries up to cutoff and remembers it.
func (s *Store) Purge(ctx context.Context, cutoff engines.LogID) error {
	return s.change(ctx, change{Boundary: &cutoff})
}

// Reset empties the log and forgets the boundary.
func (s *Store) Reset(ctx context.Context) error { return s.change(ctx, change{Reset: true}) }

// SaveHardState replaces the hard state.
func (s *Store) SaveHardState(ctx context.Context, hard engines.HardState) error {
	return s.change(ctx, change{HardState: &hard})
}

// Flush has nothing to do: every change was synced before it returned.
func (s *Store) Flush(ctx context.Context) error {
	return s.read(ctx, func(*state) {})
}

// Entry returns the entry at index.
func (s *Store) Entry(ctx context.Context, index uint64) (entry engines.Entry, ok bool, err error) {
	found, err := s.GetEntries(ctx, index, index)
	if err != nil || len(found) == 0 {
		return engines.Entry{}, false, err
	}
	return found[0], true, nil
}

// GetEntries returns copies of the entries from first to last.
func (s *Store) GetEntries(ctx context.Context, first, last uint64) (found []engines.Entry, err error) {
	err = s.read(ctx, func(st *state) { found = st.between(first, last) })
	return found, err
}

// LastIndex returns the index of the newest entry, or the boundary's, or 0.
func (s *Store) LastIndex() uint64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.state.last()
}

// LoadPurgeBoundary returns the newest purged position.
func (s *Store) LoadPurgeBoundary(ctx context.Context) (boundary engines.LogID, ok bool, err error) {
	err = s.read(ctx, func(st *state) { boundary = st.boundary })
	return boundary, boundary.Index > 0, err
}

// LoadHardState returns the newest hard state.
func (s *Store) LoadHardState(ctx context.Context) (hard engines.HardState, ok bool, err error) {
	err = s.read(ctx, func(st *state) {
		if ok = st.hardState != nil; ok {
			hard = *st.hardState
		}
	})
	return hard, ok, err
}

// read calls do with the state, if the store can be used.
func (s *Store) read(ctx context.Context, do func(*state)) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := errors.Join(ctx.Err(), s.broken); err != nil {
		return fmt.Errorf("oslog: %w", err)
	}
	do(&s.state)
	return nil
}

// change makes c durable and carries it out, or refuses it and changes nothing.
func (s *Store) change(ctx context.Context, c change) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := errors.Join(ctx.Err(), s.broken); err != nil {
		return fmt.Errorf("oslog: %w", err)
	}
	if err := s.state.check(c); err != nil {
		return fmt.Errorf("oslog: %w", err)
	}
	if !s.state.changes(c) {
		return nil
	}
	data, sum, err := encode(c, s.sum)
	if err != nil {
		return fmt.Errorf("oslog: %w", err)
	}
	if err := s.append(data); err != nil {
		// A sync tried again may succeed although the bytes were dropped.
		s.broken = fmt.Errorf("store is broken since %w", err)
		return fmt.Errorf("oslog: %w", err)
	}
	s.sum = sum
	s.state.apply(c)
	return nil
}

func (s *Store) append(data []byte) error {
	if _, err := s.file.Write(data); err != nil {
		return err
	}
	return s.file.Sync()
}
