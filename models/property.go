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

	claimed func(Contract) bool
}

func always(Contract) bool { return true }

func unlessVolatile(c Contract) bool { return !c.Volatile }

func hasHardState(c Contract) bool { return !c.Without.HardState }

// Properties are all properties in the order of every report.
var Properties = []PropertyInfo{
	{
		AckedDurable, "Entries survive any crash once the call that wrote them has returned.",
		"R1", "`WriteDurable`", "after a call that made entries durable by returning",
		func(c Contract) bool { return c.WriteDurable && !c.Volatile },
	},
	{
		MutationDurable, "Truncate, purge and reset survive once they have returned.",
		"R4", "`MutationsDurable`", "after a truncate, purge or reset that is durable once returned",
		func(c Contract) bool {
			none := c.Without.Truncate && c.Without.Purge && c.Without.Reset
			return c.MutationsDurable && !c.Volatile && !none
		},
	},
	{
		FlushedDurable, "What had returned before a flush began survives once the flush has returned.",
		"R1", "all but `Volatile`", "after a flush that made something durable", unlessVolatile,
	},
	{
		Prefix, "What comes back is a version that the log went through.",
		"R5", "all", "after an entry was written", always,
	},
	{
		AtomicBatch, "A batch comes back whole or not at all.",
		"", "`AtomicBatch`; with `OverwriteMaySplit` for appends only",
		"while a persist of several entries, or over old ones, is not yet durable",
		func(c Contract) bool { return c.AtomicBatch },
	},
	{
		AtomicReplace, "Replacing a range leaves the log before it or the log after it.",
		"", "`AtomicReplace`", "while a replace is not yet durable",
		func(c Contract) bool { return c.AtomicReplace },
	},
	{
		NoHole, "Indexes follow each other without a gap.",
		"R2", "all; with `AcceptsGaps` only gaps that no call left break it", "after an entry was written", always,
	},
	{
		NoSplice, "Discarded entries do not come back behind newer ones.",
		"R5", "all", "after entries were overwritten or discarded", always,
	},
	{
		PurgeBoundary, "The position before the first entry is known, with its term.",
		"R6", "engines that keep it", "after a purge",
		func(c Contract) bool { return c.KeepsBoundary },
	},
	{
		HardStateAtomic, "Term and vote come back as they were saved together.",
		"R1", "all with a hard state", "after a hard state was saved", hasHardState,
	},
	{
		HardStateDurable, "A hard state survives once its save has returned, or its flush if saves are not claimed to be durable.",
		"R1", "all with a hard state but `Volatile`", "after a hard state was made durable",
		func(c Contract) bool { return hasHardState(c) && !c.Volatile },
	},
	{
		TermOrder, "An entry does not come back without the hard states saved before it was written.",
		"R3", "`HardStateDurable` or `OrderedHardState`, with a hard state", "after a hard state was saved, while the log has an entry", Contract.demandsTermOrder,
	},
	{
		OpensAfterCrash, "After a crash the engine opens and shows what it has, without a refusal, panic or hang.",
		"R8", "all", "always", always,
	},
	{
		RecoveryIdempotent, "Opening again shows the same again.",
		"R7", "all", "always", always,
	},
	{
		RecoveredDurable, "What a recovery has shown survives the next crash.",
		"R7", "all but `Volatile` and `RecoveryNeedsFlush`", "after an earlier recovery that showed something",
		Contract.recoveryDurable,
	},
	{
		LiveAfterRecovery, "After a recovery the engine takes an append, and closes.",
		"R8", "all", "always", always,
	},
	{
		ReadsLinearizable, "Each call answers as if all took effect one after the other.",
		"", "all", "always", always,
	},
	{
		CloseDurable, "What was there at a close survives a power failure after it.",
		"", "`CloseDurable`", "after a close that made something durable",
		func(c Contract) bool { return c.CloseDurable && !c.Volatile },
	},
	{
		ReadsDurable, "What a read has shown survives a crash after it.",
		"", "`ReadsDurable`", "after a read that showed something which nothing else had made durable",
		Contract.readsDurable,
	},
	{
		ErrorSurfaced, "A call that succeeds though a fault fired in it has done what it says.",
		"R1", "all", "after a call that succeeded though a fault fired in it", always,
	},
	{
		ReadersNotBlocked, "A read returns while an fsync of another call takes however long.",
		"", "`ReadersNotBlocked`", "after a read that returned while an fsync was stuck",
		func(c Contract) bool { return c.ReadersNotBlocked },
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
