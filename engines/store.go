package engines

import "context"

// LogStore keeps a Raft log. One goroutine calls the methods that change the
// log; Flush and the reading methods may run concurrently with it, from any goroutine.
// So may Purge, of entries that those calls do not touch, as Raft compacts its log after
// a snapshot; an engine may decline that: PurgeAlone.
//
// Entries passed in belong to the caller again when the call returns, payloads
// included. Entries returned belong to the caller.
type LogStore interface {
	// PersistEntries writes a batch of consecutive entries, discarding what the
	// log held at and after the first of them.
	PersistEntries(ctx context.Context, entries []Entry) error

	// Entry returns the entry at index; ok is false if the log holds none there.
	Entry(ctx context.Context, index uint64) (entry Entry, ok bool, err error)

	// GetEntries returns the entries that the log holds from first to last, both
	// included, in order. A range that reaches beyond the log is cut to it.
	GetEntries(ctx context.Context, first, last uint64) ([]Entry, error)

	// Purge discards the entries up to and including cutoff, which becomes the
	// purge boundary.
	Purge(ctx context.Context, cutoff LogID) error

	// Truncate discards the entries at and after from.
	Truncate(ctx context.Context, from uint64) error

	// Flush makes every call that returned before it durable.
	Flush(ctx context.Context) error

	// Reset empties the log and forgets the purge boundary.
	Reset(ctx context.Context) error

	// LastIndex returns the index of the newest entry, or the purge boundary's
	// if the log is empty, or 0.
	LastIndex() uint64

	// IsWriteDurable reports whether an entry survives any crash once
	// PersistEntries or ReplaceRange has returned, without a Flush. It is
	// constant for the life of an engine.
	IsWriteDurable() bool
}

// RangeReplacer is the ability to replace the end of a log in one step.
// Without it a caller truncates and then persists, and a crash may fall between.
type RangeReplacer interface {
	// ReplaceRange discards the entries at and after from and writes entries
	// there, the first of which has index from. No entries is a truncate.
	ReplaceRange(ctx context.Context, from uint64, entries []Entry) error
}

// PurgeBoundaryLoader is the ability to remember the last purged position, which
// Raft needs to answer for the term just before its first entry.
type PurgeBoundaryLoader interface {
	// LoadPurgeBoundary returns the newest purged position; ok is false if
	// nothing was purged since the log was created or reset.
	LoadPurgeBoundary(ctx context.Context) (boundary LogID, ok bool, err error)
}

// DurableIndexer is the ability to say how much of the log is durable by now. A leader that
// persists without waiting counts its own entries up to there.
type DurableIndexer interface {
	// DurableIndex returns an index: once it has returned, the entries up to there that
	// the log held survive any crash, unless a later call discards or replaces them. It
	// is never beyond the last index, and may be behind what is durable; 0 says nothing.
	// It falls only where entries at or below it are discarded or replaced.
	DurableIndex(ctx context.Context) (uint64, error)
}

// MetaStore keeps the hard state. Its methods may be called from any goroutine.
type MetaStore interface {
	// SaveHardState replaces the hard state as a whole.
	SaveHardState(ctx context.Context, state HardState) error

	// LoadHardState returns the newest hard state; ok is false if none was saved.
	LoadHardState(ctx context.Context) (state HardState, ok bool, err error)

	// Flush makes every SaveHardState that returned before it durable.
	Flush(ctx context.Context) error
}

// StorageEngine is a log and a hard state that live and are opened together.
type StorageEngine interface {
	LogStore() LogStore
	MetaStore() MetaStore

	// Close releases the engine's resources. It is called once, after the last
	// call on either store has returned.
	Close() error
}
