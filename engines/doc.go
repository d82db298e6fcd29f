// Package engines is the contract between a storage engine and those who rely
// on it: what a Raft log store takes, what it gives back, and what it may claim
// about surviving a crash.
//
// The interfaces follow d-engine's storage traits. Where those traits are
// silent, this package decides as Raft needs it; the decisions below bind the
// models, the generated programs and every engine alike.
//
// # The log
//
// A log holds the entries first..last without holes, where first is one more
// than the purge boundary, or 1 if nothing was ever purged. Its last index is
// the index of its newest entry, or the boundary's index if it holds none, or 0.
//
//   - Index 0 is the position before the first entry and never holds one. An
//     entry with index 0 is refused with [ErrInvalid]; Truncate(0) means
//     Truncate(1); Purge of index 0 changes nothing.
//   - A batch holds consecutive indexes; any other is refused with [ErrInvalid].
//     An empty batch changes nothing.
//   - Persisting at or below the last index discards the log from the batch's
//     first index on, then appends. A follower overwrites a conflicting suffix,
//     and a suffix that outlived the entry before it would be believed later
//     (Raft's log matching property). An engine may decline: OverwriteKeepsTail.
//   - Persisting past last+1 is refused with [ErrGap]: elections look only at
//     the last entry, so a hole would never be noticed. An empty log of an
//     engine that keeps no boundary cannot know what came before and accepts
//     any first index. An engine may decline: AcceptsGaps.
//   - Truncate past the last index changes nothing.
//   - Persist, truncate or replace at or below the purge boundary is refused
//     with [ErrCompacted]: purged entries are committed, and a caller that wants
//     them gone has lost its way.
//   - The boundary is the position that the caller of Purge gave, its term included,
//     whatever term the entry there had: who purges knows what was committed.
//   - Purge never moves the boundary back; purging at or below it changes
//     nothing. Purging past the last index empties the log and sets the
//     boundary there, since this is how a follower starts over from a snapshot:
//     the next entry is cutoff+1.
//   - After everything was purged the last index is the boundary's, before and
//     after a reopen. An engine that keeps no boundary may say 0 after a reopen.
//   - Reset empties the log and forgets the boundary. The hard state stays: a
//     vote once given binds, whatever happens to the log.
//   - A refused call changes nothing.
//
// An engine need not offer truncate, purge, reset or a hard state: see [Without].
//
// # Durability
//
// What survives a crash follows from [Claims]. A call that was in flight may
// land or not. Close releases resources and promises no durability of its own
// unless CloseDurable is claimed, but a clean reopen on the same running machine finds everything that was
// acknowledged. A read may show what is not yet durable, unless ReadsDurable is
// claimed.
package engines
