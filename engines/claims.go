package engines

// Claims says what an engine promises to keep through a crash. An engine is held
// to every claim that it makes, and told when it could claim more. The last five
// decline something: who leaves them out is held to what they decline.
type Claims struct {
	// WriteDurable: entries are durable when PersistEntries or ReplaceRange
	// returns. It repeats LogStore.IsWriteDurable.
	WriteDurable bool
	// AtomicBatch: a crash leaves all of a batch or nothing of it. Otherwise any
	// prefix of the batch may be left.
	AtomicBatch bool
	// AtomicReplace: a crash leaves the log as before ReplaceRange or as after
	// it. Otherwise it may also leave the truncated log with any prefix of the
	// new entries.
	AtomicReplace bool
	// MutationsDurable: Truncate, Purge and Reset are durable when they return.
	// Otherwise a crash may undo them, as a whole, until something later is
	// durable.
	MutationsDurable bool
	// HardStateDurable: the hard state is durable when SaveHardState returns.
	// Otherwise it is when MetaStore.Flush returns.
	HardStateDurable bool
	// OrderedHardState: the hard state never falls behind the log. A crash that
	// leaves an entry also leaves every hard state saved before that entry,
	// though neither need be durable yet.
	OrderedHardState bool
	// RaftSafe weakens what may be recovered: not only versions that the log
	// went through, but any log without holes that keeps every durable entry not
	// overwritten since and joins no two versions.
	RaftSafe bool
	// CorruptionDetected: damaged bytes among intact ones are reported
	// as ErrCorrupt, never returned and never silently cut off.
	CorruptionDetected bool
	// Volatile: nothing survives the process, as for an engine in memory. All
	// durability claims are then void.
	Volatile bool
	// CloseDurable: what was there when Close began is durable when it returns, the
	// hard state too.
	CloseDurable bool `json:",omitempty"`
	// ReadsDurable: entries, a last index and a hard state that a read has shown
	// survive any crash once the read has returned, unless a later call discards or
	// replaces them. So no read shows what is written and not yet durable.
	ReadsDurable bool `json:",omitempty"`
	// ReadersNotBlocked: a read returns though an fsync of another call takes long, or
	// does not end. So no lock that readers take is held over an fsync.
	ReadersNotBlocked bool `json:",omitempty"`
	// SpaceReclaimed: what is on disk stays bounded by what the log holds, over any number
	// of purges and crashes. What a crash leaves over is collected at a later open.
	SpaceReclaimed bool `json:",omitempty"`
	// CloseReleases: when Close has returned without an error nothing of the engine is
	// left: no open file, lock or memory map, no goroutine, and no temporary file
	// outside its directory. What ends by itself within a second is none.
	CloseReleases bool `json:",omitempty"`

	// RecoveryNeedsFlush declines that what an open shows is durable at once. The
	// log that it shows is durable after the next LogStore.Flush, or when something
	// later is; the hard state after the next MetaStore.Flush, or when a later one is.
	// Until then a crash may leave what one before the open could have left, but
	// nothing newer than what was shown.
	RecoveryNeedsFlush bool `json:",omitempty"`
	// OverwriteMaySplit declines that AtomicBatch holds for a persist at or below
	// the last index. A crash may then leave the log cut at the first new index,
	// with any prefix of the new entries. Appends stay atomic.
	OverwriteMaySplit bool `json:",omitempty"`
	// OverwriteKeepsTail declines that a persist at or below the last index discards
	// what stood behind its entries. It replaces the indexes that it names and no
	// others, crash or not. One that is not atomic, because AtomicBatch is missing
	// or OverwriteMaySplit is set, replaces them one by one, in their order.
	// ReplaceRange discards as ever.
	OverwriteKeepsTail bool `json:",omitempty"`
	// AcceptsGaps declines that a persist or replace past last+1 is refused. It is
	// accepted, and the indexes between hold nothing. No other gap may ever show.
	AcceptsGaps bool `json:",omitempty"`
	// PurgeAlone declines that Purge may run beside the calls that write. One goroutine
	// then calls all that changes the log.
	PurgeAlone bool `json:",omitempty"`
}

// Claimer is the ability of a StorageEngine to state its claims itself.
type Claimer interface {
	// Claims returns what the engine promises; WriteDurable is ignored there, as
	// IsWriteDurable decides it. It is constant for the life of an engine.
	Claims() Claims
}

// ClaimsOf returns what engine promises: its own Claims, or else what the words
// of the contract promise for it. By default batches are not atomic, replacing
// is atomic for a [RangeReplacer], truncate, purge and reset may be undone, and
// the hard state is durable when saved, as Raft demands before a reply.
func ClaimsOf(engine StorageEngine) Claims {
	log := engine.LogStore()
	_, replaces := log.(RangeReplacer)
	claims := Claims{AtomicReplace: replaces, HardStateDurable: true}
	if claimer, ok := engine.(Claimer); ok {
		claims = claimer.Claims()
	}
	claims.WriteDurable = log.IsWriteDurable()
	if claims.Volatile {
		claims.WriteDurable, claims.MutationsDurable, claims.HardStateDurable = false, false, false
		claims.CloseDurable, claims.ReadsDurable = false, false
	}
	return claims
}

// KeepsBoundary reports whether engine remembers its purge boundary.
func KeepsBoundary(engine StorageEngine) bool {
	_, ok := engine.LogStore().(PurgeBoundaryLoader)
	return ok
}
