package models

import "strings"

// Property is one promise with a name. The names are stable: reports, bundles
// and other people's scripts hold them.
type Property string

// The properties.
const (
	AckedDurable       Property = "acked-durable"
	MutationDurable    Property = "mutation-durable"
	FlushedDurable     Property = "flushed-durable"
	Prefix             Property = "prefix"
	AtomicBatch        Property = "atomic-batch"
	AtomicReplace      Property = "atomic-replace"
	NoHole             Property = "no-hole"
	NoSplice           Property = "no-splice"
	PurgeBoundary      Property = "purge-boundary"
	HardStateAtomic    Property = "hard-state-atomic"
	HardStateDurable   Property = "hard-state-durable"
	TermOrder          Property = "term-order"
	OpensAfterCrash    Property = "opens-after-crash"
	RecoveryIdempotent Property = "recovery-idempotent"
	RecoveredDurable   Property = "recovered-durable"
	LiveAfterRecovery  Property = "live-after-recovery"
	ReadsLinearizable  Property = "reads-linearizable"
	CloseDurable       Property = "close-durable"
	ReadsDurable       Property = "reads-durable"
	ErrorSurfaced      Property = "error-surfaced"
	ReadersNotBlocked  Property = "readers-not-blocked"
	CloseReleases      Property = "close-releases"
	DurableIndexHonest Property = "durable-index-honest"
	ApplyAtomic        Property = "apply-atomic"
	AppliedAgrees      Property = "applied-agrees"
	ExactlyOnce        Property = "exactly-once"
	SnapshotAtomic     Property = "snapshot-atomic"
	SnapshotRefused    Property = "snapshot-refused"
	SnapshotDurable    Property = "snapshot-durable"
	// SnapshotMetadataDurable is of the metadata of the last snapshot.
	SnapshotMetadataDurable Property = "snapshot-metadata-durable"
	// PurgeBehindSnapshot is of a log and a state machine together.
	PurgeBehindSnapshot Property = "purge-behind-snapshot"
	SpaceReclaimed      Property = "space-reclaimed"
	NoSilentCorruption  Property = "no-silent-corruption"
	NoSilentTruncation  Property = "no-silent-truncation"
)

// PropertyInfo is what is known of a property. The texts may hold Markdown's
// backquotes, except the promise.
type PropertyInfo struct {
	ID Property
	// Promise is one sentence.
	Promise string
	// Rule is the ID of Raft's demand that the promise follows from, "" for none.
	Rule string
	// HeldTo says which engines are held to it.
	HeldTo string
	// Tested says when a crash puts it to the test.
	Tested string
}

// Properties are all properties in the order of every report.
var Properties = []PropertyInfo{
	{
		AckedDurable, "Entries survive any crash once the call that wrote or applied them has returned.",
		"R1", "`WriteDurable`; machines with `ApplyDurable`", "after a call that made entries durable by returning",
	},
	{
		MutationDurable, "Truncate, purge, reset and restore survive once they have returned.",
		"R4", "`MutationsDurable`; machines with `RestoreDurable` or `ResetDurable`",
		"after a truncate, purge, reset or restore that is durable once returned",
	},
	{
		FlushedDurable, "What had returned before a flush began survives once the flush has returned.",
		"R1", "all but `Volatile`", "after a flush that made something durable",
	},
	{
		Prefix, "What comes back is a version that the log, or the machine, went through.",
		"R5", "all", "after an entry was written or applied",
	},
	{
		AtomicBatch, "A batch comes back whole or not at all.",
		"", "`AtomicBatch`; with `OverwriteMaySplit` for appends only",
		"while a persist of several entries, or over old ones, is not yet durable",
	},
	{
		AtomicReplace, "Replacing a range leaves the log before it or the log after it.",
		"", "`AtomicReplace`", "while a replace is not yet durable",
	},
	{
		NoHole, "Indexes follow each other without a gap.",
		"R2", "all; with `AcceptsGaps` only gaps that no call left break it", "after an entry was written",
	},
	{
		NoSplice, "Discarded entries do not come back behind newer ones.",
		"R5", "all", "after entries were overwritten or discarded",
	},
	{
		PurgeBoundary, "The position before the first entry is known, with its term.",
		"R6", "engines that keep it", "after a purge",
	},
	{
		HardStateAtomic, "Term and vote come back as they were saved together.",
		"R1", "all with a hard state", "after a hard state was saved",
	},
	{
		HardStateDurable, "A hard state survives once its save has returned, or its flush if saves are not claimed to be durable.",
		"R1", "all with a hard state but `Volatile`", "after a hard state was made durable",
	},
	{
		TermOrder, "An entry does not come back without the hard states saved before it was written.",
		"R3", "`HardStateDurable` or `OrderedHardState`, with a hard state", "after a hard state was saved, while the log has an entry",
	},
	{
		OpensAfterCrash, "After a crash the engine opens and shows what it has, without a refusal, panic or hang.",
		"R8", "all", "always",
	},
	{
		RecoveryIdempotent, "Opening again shows the same again.",
		"R7", "all", "always",
	},
	{
		RecoveredDurable, "What a recovery has shown survives the next crash.",
		"R7", "all but `Volatile` and `RecoveryNeedsFlush`", "after an earlier recovery that showed something",
	},
	{
		LiveAfterRecovery, "After a recovery the engine takes an entry, and closes.",
		"R8", "all", "always",
	},
	{
		ReadsLinearizable, "Each call answers as if all took effect one after the other.",
		"", "all", "always",
	},
	{
		CloseDurable, "What was there at a close, or a stop, survives a power failure after it.",
		"", "`CloseDurable`; machines with `ShutdownDurable`", "after a close or a stop that made something durable",
	},
	{
		ReadsDurable, "What a read has shown survives a crash after it.",
		"", "`ReadsDurable`", "after a read that showed something which nothing else had made durable",
	},
	{
		ErrorSurfaced, "A call that succeeds though a fault fired in it has done what it says.",
		"R1", "all", "after a call that succeeded though a fault fired in it",
	},
	{
		ReadersNotBlocked, "A read returns while an fsync of another call takes however long.",
		"", "`ReadersNotBlocked`", "after a read that returned while an fsync was stuck",
	},
	{
		CloseReleases, "A close leaves nothing of the engine: no open file, lock, memory map, goroutine or temporary file.",
		"", "`CloseReleases`; nodes whose parts both claim it", "after a close",
	},
	{
		DurableIndexHonest, "Entries up to a durable index that was read survive a crash after it.",
		"R1", "engines with a durable index but `Volatile`", "after a read of the durable index that made something durable which nothing else had",
	},
	{
		ApplyAtomic, "A chunk of entries is applied whole or not at all.",
		"", "machines without `ChunkMaySplit`", "after a chunk of several entries",
	},
	{
		AppliedAgrees, "The last applied position is that of the state which comes back with it.",
		"", "machines", "after an entry was applied",
	},
	{
		ExactlyOnce, "An entry that comes again changes nothing.",
		"", "machines", "after an entry came again, or changed what an earlier one had put",
	},
	{
		SnapshotAtomic, "A restore or a reset replaces all or nothing, the metadata included.",
		"", "machines", "after a restore or a reset",
	},
	{
		SnapshotRefused, "A snapshot that is damaged, cut, of an unknown version or behind is refused and changes nothing.",
		"", "machines", "after such a snapshot was refused",
	},
	{
		SnapshotDurable, "The file of a snapshot survives once it was generated, or flushed if that is not claimed to be durable.",
		"", "machines but `Volatile`", "after a snapshot's file was made durable",
	},
	{
		SnapshotMetadataDurable, "The metadata of the last snapshot survives once it was persisted or flushed.",
		"", "machines but `Volatile`", "after the metadata was made durable",
	},
	{
		PurgeBehindSnapshot, "No crash leaves a log that is purged beyond what the state machine or its snapshot holds.",
		"", "nodes whose machine is not `Volatile` and whose log offers purge", "after a purge",
	},
	{
		SpaceReclaimed, "What is on disk stays bounded by what the store holds, over any number of purges and crashes.",
		"", "`SpaceReclaimed`", "after 100 measurements, if the store held little more in their second half",
	},
	{
		NoSilentCorruption, "What a disk damaged is never shown as if it were intact.",
		"", "`CorruptionDetected`", "where something went wrong with what was stored",
	},
	{
		NoSilentTruncation, "What was acknowledged behind damage is never cut off in silence.",
		"", "`CorruptionDetected`", "where something went wrong with what was stored",
	},
}

// Info returns the facts of p; all but the ID are empty for an unknown one.
func (p Property) Info() PropertyInfo {
	for _, info := range Properties {
		if info.ID == p {
			return info
		}
	}
	return PropertyInfo{ID: p}
}

// IsProperty reports whether p is one of [Properties].
func IsProperty(p Property) bool { return p.Info().Promise != "" }

// Clause returns the promise as part of a longer sentence: in lower case and
// without the full stop.
func (i PropertyInfo) Clause() string {
	if i.Promise == "" {
		return ""
	}
	return strings.ToLower(i.Promise[:1]) + strings.TrimSuffix(i.Promise[1:], ".")
}
