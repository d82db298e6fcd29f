package bufferedlog

import (
	"context"
	"errors"
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/extent"
)

// diskFirst is a log that makes each call below at once.
type diskFirst struct {
	engines.LogStore
	engines.PurgeBoundaryLoader
	*index
}

// PersistEntries writes entries below.
func (l *diskFirst) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	if len(entries) == 0 {
		return l.LogStore.PersistEntries(ctx, entries)
	}
	return l.cut(entries[0].Index, entries, func() error { return l.LogStore.PersistEntries(ctx, entries) })
}

// ReplaceRange does so below: in one step if the log there can. Of two, each moves the index:
// where the second is refused, what the first discarded is gone.
func (l *diskFirst) ReplaceRange(ctx context.Context, from uint64, entries []engines.Entry) error {
	if replacer, ok := l.LogStore.(engines.RangeReplacer); ok {
		return l.cut(from, entries, func() error { return replacer.ReplaceRange(ctx, from, entries) })
	}
	return replaceInTwo(ctx, l, from, entries)
}

// Truncate discards entries below.
func (l *diskFirst) Truncate(ctx context.Context, from uint64) error {
	return l.cut(from, nil, func() error { return l.LogStore.Truncate(ctx, from) })
}

// Purge discards entries below. The index stays: entries that are gone need not survive.
func (l *diskFirst) Purge(ctx context.Context, cutoff engines.LogID) error {
	err := l.LogStore.Purge(ctx, cutoff)
	l.index.stopAfter(err)
	return err
}

// Reset empties the log below.
func (l *diskFirst) Reset(ctx context.Context) error {
	return l.cut(1, nil, func() error { return l.LogStore.Reset(ctx) })
}

// Flush flushes the log below.
func (l *diskFirst) Flush(ctx context.Context) error {
	return l.index.flush(func() error { return l.LogStore.Flush(ctx) })
}

// cut makes a call that discards the log at and after from, and appends entries. The
// index is lowered first: a crash after the call may find the new entries half written.
func (l *diskFirst) cut(from uint64, entries []engines.Entry, call func() error) error {
	undo := l.index.lower(max(from, 1))
	err := call()
	switch {
	case err != nil && refused(err):
		undo()
	case err != nil:
		l.index.stopAfter(err)
	case len(entries) > 0:
		l.index.wrote(entries[len(entries)-1].Index)
	}
	return err
}

// replaceRange replaces the end of log, in one step if it can.
func replaceRange(ctx context.Context, log engines.LogStore, from uint64, entries []engines.Entry) error {
	if replacer, ok := log.(engines.RangeReplacer); ok {
		return replacer.ReplaceRange(ctx, from, entries)
	}
	return replaceInTwo(ctx, log, from, entries)
}

// replaceInTwo truncates log, and then persists entries.
func replaceInTwo(ctx context.Context, log engines.LogStore, from uint64, entries []engines.Entry) error {
	// Refused before anything is cut, for a refused call changes nothing.
	if err := errors.Join(extent.CheckReplace(from, entries), engines.CheckBatch(entries)); err != nil {
		return fmt.Errorf("bufferedlog: %w", err)
	}
	if err := log.Truncate(ctx, from); err != nil || len(entries) == 0 {
		return err
	}
	return log.PersistEntries(ctx, entries)
}
