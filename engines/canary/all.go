package canary

import (
	"slices"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
)

// All returns all canaries, in a fixed order.
func All() []Canary {
	return slices.Concat(syncCanaries(), writeCanaries(), logCanaries(), hardStateCanaries(), recoveryCanaries(), declinedCanaries(), spaceCanaries(), shapeCanaries(), faultCanaries(), waitingCanaries(), closeCanaries(), indexCanaries(), damageCanaries())
}

// syncCanaries leave out syncs of the log.
func syncCanaries() []Canary {
	return []Canary{
		Canary{
			Name: "no-sync-on-persist", Property: "acked-durable",
			About: "Entries are claimed durable on return and are never synced, as in an engine that mistakes a flush of its own buffer for an fsync.",
		}.in(durable, skipsLogSync),
		Canary{
			Name: "ack-before-sync", Property: "acked-durable",
			About: "A write returns before its fsync, which comes with the next write, as in a group commit that wakes its callers too early.",
		}.in(durable, syncsLogLater),
		Canary{
			Name: "sync-of-wrong-file", Property: "acked-durable",
			About: "After the log moved on to a second file, the fsync still goes to the first, whose handle the rotation left in a variable.",
		}.in(durable, syncsFirstFile),
		Canary{
			Name: "disk-lies-about-sync", Property: "acked-durable",
			About: "An fsync of the log returns and does nothing, as on a disk that ignores cache flushes, or under libeatmydata.",
		}.inFiles(filelog.Factory(small), isSegment),
		Canary{
			Name: "flush-does-nothing", Property: "flushed-durable",
			About: "Flush returns at once and leaves the writing to the operating system.",
		}.inLog(filelog.BufferedFactory(small), func(l fullLog) engines.LogStore { return noFlush{l} }),
		Canary{
			Name: "dirty-flag-before-sync", Property: "flushed-durable",
			About: "Flush lowers its dirty flag before the fsync, so that a second flush meanwhile returns at once (mulgadc/viperblock#95).",
		}.inLog(filelog.BufferedFactory(small), func(l fullLog) engines.LogStore { return &dirtyFlag{counted: counted{fullLog: l}} }),
		Canary{
			Name: "counts-during-sync", Property: "flushed-durable",
			About: "A group commit counts as durable what was written while its fsync ran.",
		}.inLog(filelog.BufferedFactory(small), func(l fullLog) engines.LogStore { return &lateCount{counted: counted{fullLog: l}} }),
		Canary{
			Name: "flush-of-newest-file-only", Property: "flushed-durable",
			About: "Flush syncs the file being written, but not the one that filled up since the last flush.",
		}.in(buffered, syncsNewestFile),
		Canary{
			Name: "new-name-not-synced", Property: "acked-durable", Profile: "strict-posix",
			About: "The log moves on to a new file whose directory is not synced: POSIX lets a crash take the file with all that was synced in it.",
		}.in(durable, skipsNewName),
		Canary{
			Name: "rename-without-file-sync", Property: "acked-durable",
			About: "A compacted log is renamed over the old one before its bytes are synced, and comes back empty (ext4's delayed allocation made this famous).",
		}.in(durable, skipsCompactSync),
		Canary{
			Name: "rename-without-directory-sync", Property: "acked-durable",
			About: "A log is synced and renamed, but its directory is not synced, so that a crash undoes the rename (baidu/braft#254).",
		}.in(durable, skipsRenameSync),
		Canary{
			Name: "truncate-not-synced", Property: "mutation-durable",
			About: "A truncate is claimed durable on return and is not synced: only appends were thought of.",
		}.in(durable, skipsTruncateSync),
	}
}

// writeCanaries break the order and the unity of writes.
func writeCanaries() []Canary {
	return []Canary{
		Canary{
			Name: "old-tail-behind-new-entries", Property: "no-splice",
			About: "A conflicting suffix is overwritten in place and the file cut afterwards: a crash between the two leaves old entries behind new ones (etcd-io/etcd#22442 shows the same).",
		}.in(loose, overwritesInPlace),
		Canary{
			Name: "hole-in-batch", Property: "no-hole",
			About: "Recovery skips a damaged record and goes on with the next intact one, although the sectors of one write land in any order.",
		}.in(durable, skipsDamage),
		Canary{
			Name: "batch-not-atomic", Property: "atomic-batch",
			About: "A batch is claimed atomic, and recovery takes each intact record of it by itself.",
		}.in(durable, takesPartOfBatch),
		Canary{
			Name: "replace-not-atomic", Property: "atomic-replace",
			About: "ReplaceRange is claimed atomic and is a truncate followed by a write, like the default method of d-engine's trait.",
		}.inLog(filelog.Factory(small), func(l fullLog) engines.LogStore { return replaceInTwo{l} }),
		Canary{
			Name: "purge-before-boundary", Property: "purge-boundary",
			About: "Purged entries are gone for good before the boundary is stored; a crash between the two leaves a log without a known beginning.",
		}.in(durable, dropsBoundaryFirst),
	}
}

// logCanaries remember or report the wrong thing.
func logCanaries() []Canary {
	file := filelog.Factory(small)
	return []Canary{
		Canary{
			Name: "boundary-lost", Property: "purge-boundary",
			About: "The purge boundary is kept in memory only, on the assumption that the snapshot has it.",
		}.inLog(file, func(l fullLog) engines.LogStore { return &boundaryInMemory{fullLog: l} }),
		Canary{
			Name: "boundary-with-wrong-term", Property: "purge-boundary",
			About: "The boundary is stored with the term of the newest entry, not of the newest purged one.",
		}.inLog(file, func(l fullLog) engines.LogStore { return &newestTerm{fullLog: l} }),
		Canary{
			Name: "last-index-of-entries-only", Property: "reads-linearizable",
			About: "On open the last index is worked out from the entries alone, and is 0 if all were purged.",
		}.inLog(file, newLastOfEntries),
		Canary{
			Name: "stale-range", Property: "reads-linearizable",
			About: "A cache of the last range read is dropped when the log is cut, but not when it grows.",
		}.inLog(file, func(l fullLog) engines.LogStore { return &staleRange{fullLog: l} }),
	}
}

// hardStateCanaries lose the hard state or a part of it.
func hardStateCanaries() []Canary {
	return []Canary{
		Canary{
			Name: "hard-state-in-place", Property: "hard-state-durable",
			About: "The file of the hard state is emptied and written again; a crash between the two leaves none (ClickHouse/ClickHouse#111454, d-engine 0.2's file engine).",
		}.in(durable, rewritesHardState),
		Canary{
			Name: "hard-state-not-synced", Property: "hard-state-durable",
			About: "The hard state is renamed into place without any fsync, as by many helpers that write files atomically.",
		}.in(durable, skipsHardStateSync),
		Canary{
			Name: "hard-state-torn", Property: "hard-state-atomic",
			About: "Term and vote are stored one after the other, in a file each; a crash between the two joins the new term with the old vote.",
		}.in(durable, splitsHardState),
		Canary{
			Name: "vote-after-entries", Property: "term-order",
			About: "The hard state is written at its next flush, and entries of its term are durable earlier.",
		}.in(modest, delaysHardState),
		Canary{
			Name: "reset-loses-hard-state", Property: "hard-state-durable",
			About: "Reset empties the whole directory, and the vote goes with the log.",
		}.in(durable, resetsHardState),
	}
}

// recoveryCanaries do the wrong thing after a crash.
func recoveryCanaries() []Canary {
	return []Canary{
		Canary{
			Name: "zeros-taken-for-entry", Property: "prefix",
			About: "The checksum covers the payload only, and the checksum of nothing is 0, so that zeros at a torn end read as empty entries of term 0 (d-engine 0.2's file engine).",
		}.in(durable, readsZeros),
		Canary{
			Name: "recovery-cuts-acked", Property: "acked-durable",
			About: "Recovery cuts off one entry more than the torn one, to be safe.",
		}.in(durable, cutsOneMore),
		Canary{
			Name: "recovery-differs-second-time", Property: "recovery-idempotent",
			About: "Recovery shows all intact entries and then truncates the file one entry too early: the next open shows less.",
		}.in(durable, truncatesOneMore),
		Canary{
			Name: "append-behind-torn-tail", Property: "recovery-idempotent",
			About: "After recovery the log is appended to behind the torn record, which no replay reads past (pmcfadin/cqlite#1390).",
		}.in(durable, appendsBehindTail),
		Canary{
			Name: "recovered-not-durable", Property: "recovered-durable",
			About: "An engine opened after a kill shows what only the page cache holds; readers rely on it, and a power failure takes it.",
		}.in(buffered, skipsRecoverySync),
		Canary{
			Name: "directory-name-trusted", Property: "acked-durable", Profile: "strict-posix",
			About: "An open that finds its directory takes its name for durable; a process that was killed had made it and not come to the fsync of the one above, and a power failure takes all that is in it.",
		}.in(mode{makes: true}, trustsDirName),
		Canary{
			Name: "refuses-torn-tail", Property: "opens-after-crash",
			About: "A torn record is reported as corruption, and the engine does not open after an ordinary crash (etcd-io/etcd#6378).",
		}.in(durable, refusesTail),
		Canary{
			Name: "panics-on-torn-tail", Property: "opens-after-crash",
			About: "A record that does not verify is a panic (asonnino/mysticeti#219).",
		}.in(durable, panicsOnTail),
		Canary{
			Name: "hangs-on-torn-tail", Property: "opens-after-crash",
			About: "The repair of a torn tail takes a lock that its caller holds.",
		}.in(durable, hangsOnTail),
		Canary{
			Name: "read-only-after-torn-tail", Property: "live-after-recovery",
			About: "After a torn tail the engine opens and reads, but refuses every append.",
		}.in(durable, takesNothing),
	}
}

// declinedCanaries break what is left of a promise that is declined in part, or one
// that few make.
func declinedCanaries() []Canary {
	return []Canary{
		Canary{
			Name: "close-not-synced", Property: "close-durable",
			About: "A close is claimed to make the log durable, and only closes its files: the bytes are the operating system's still.",
		}.in(mode{buffered: true, closing: true}, skipsCloseSync),
		Canary{
			Name: "last-index-before-sync", Property: "reads-durable",
			About: "Reads sync the entries that they show, but the last index is answered from memory: a reader counts an entry that a crash then takes away.",
		}.in(mode{buffered: true, reading: true}, skipsReadSync),
		Canary{
			Name: "flush-skips-recovered", Property: "flushed-durable",
			About: "What is recovered is to be durable after the next flush, which syncs only what was written since.",
		}.in(mode{buffered: true, lazy: true}, skipsLateSync),
		Canary{
			Name: "append-split", Property: "atomic-batch",
			About: "Only overwriting batches are declared to split, and appended ones are written in two as well.",
		}.in(mode{splits: true}, splitsAppends),
		Canary{
			Name: "tail-cut-by-recovery", Property: "acked-durable",
			About: "An overwrite keeps what stands behind it, but recovery replays it as a truncate and an append.",
		}.in(mode{keeps: true}, cutsTails),
		Canary{
			Name: "hole-beside-gaps", Property: "no-hole",
			About: "A log that accepts gaps takes a damaged record for one more of them.",
		}.in(mode{gaps: true}, skipsDamage),
	}
}

// spaceCanaries let files pile up.
func spaceCanaries() []Canary {
	return []Canary{
		Canary{
			Name: "crash-leftovers-kept", Property: "space-reclaimed",
			About: "A file that is to be renamed has a temporary name, another one each time, that nobody looks for again: each crash before the rename leaves one for good.",
		}.in(durable, renamesNewFiles),
		Canary{
			Name: "purged-files-kept", Property: "space-reclaimed",
			About: "A purge writes what is left into a new file, and nothing removes the old ones.",
		}.in(durable, keepsOldFiles),
	}
}

// shapeCanaries break at a size or at bytes that few programs reach.
func shapeCanaries() []Canary {
	return []Canary{
		Canary{
			Name: "flush-forgets-full-file", Property: "flushed-durable",
			About: "A flush syncs the file being written, and forgets the one before, which many batches filled up: 96 KiB of them.",
		}.in(mode{buffered: true, large: true}, syncsNewestFile),
		Canary{
			Name: "record-beyond-buffer", Property: "acked-durable",
			About: "Recovery reads records into 64 KiB, and takes a longer one for the torn end of the log, as a line scanner with its default buffer does.",
		}.in(durable, readsIntoBuffer),
		Canary{
			Name: "zero-payload-ends-log", Property: "acked-durable",
			About: "A record of zeros is taken for space that was preallocated and never written, and so for the end of the log.",
		}.in(durable, endsAtZeros),
		Canary{
			Name: "table-of-entries-full", Property: "acked-durable",
			About: "The table of where entries lie has 4096 places, and recovery ends when it is full.",
		}.in(durable, fillsTable),
	}
}

// waitingCanaries keep others waiting: they show while a sync is stuck, or once a call was
// cancelled.
func waitingCanaries() []Canary {
	file := filelog.Factory(small)
	return []Canary{
		Canary{
			Name: "stuck-sync-blocks-readers", Property: "readers-not-blocked", Faults: true,
			About: "A write holds over its fsync the lock that readers take: while the disk stalls nobody can read, and so nobody serves a heartbeat.",
		}.inLog(file, func(l fullLog) engines.LogStore { return &oneLock{fullLog: l} }),
		Canary{
			Name: "cancelled-call-keeps-lock", Property: "reads-linearizable", Faults: true,
			About: "A write whose context ends returns before it gives back the log's lock, and each later one is refused, as a write is in progress.",
		}.inLog(file, func(l fullLog) engines.LogStore { return &keptLock{fullLog: l} }),
	}
}

// closeCanaries leave something of themselves when they close.
func closeCanaries() []Canary {
	return []Canary{
		Canary{
			Name: "old-file-kept-open", Property: "close-releases",
			About: "When the log moves on to the next file, the handle of the full one is dropped and never closed: each rotation costs a descriptor.",
		}.in(durable, keepsOldFileOpen),
		Canary{
			Name: "watcher-outlives-close", Property: "close-releases",
			About: "A goroutine that waits for work is begun at each open, and no close tells it to end.",
		}.in(durable, leavesWatcher),
		Canary{
			Name: "lock-file-kept", Property: "close-releases",
			About: "A lock file is opened at each open, and the close that should end the lock forgets it.",
		}.in(durable, keepsLockFile),
		Canary{
			Name: "scratch-file-left", Property: "close-releases",
			About: "Each open writes a scratch file beside the directory, and nobody removes it.",
		}.in(durable, leavesScratch),
	}
}
