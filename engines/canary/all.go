package canary

import (
	"slices"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
)

// All returns all canaries, in a fixed order.
func All() []Canary {
	return slices.Concat(syncCanaries(), writeCanaries(), logCanaries(), hardStateCanaries(), recoveryCanaries())
}

// small makes short programs fill several segments.
var small = filelog.Options{SegmentBytes: 2048}

// in returns c with p planted in engines of mode m.
func (c Canary) in(m mode, p plant) Canary {
	c.healthy = m.factory()
	m.plant = p
	c.planted = m.factory()
	return c
}

// inLog returns c with the log of f changed.
func (c Canary) inLog(f engines.Factory, change func(fullLog) engines.LogStore) Canary {
	c.healthy, c.planted = f, plantInLog(f, change)
	return c
}

// inFiles returns c with the file system of f lying.
func (c Canary) inFiles(f engines.Factory, lies func(engines.Env, string) bool) Canary {
	c.healthy, c.planted = f, plantInFiles(f, lies)
	return c
}

var (
	durable  = mode{}
	buffered = mode{buffered: true}
	loose    = mode{loose: true}
	modest   = mode{modest: true}
)

// syncCanaries leave out syncs of the log.
func syncCanaries() []Canary {
	return []Canary{
		Canary{
			Name: "no-sync-on-persist", Property: "acked-durable",
			About: "Entries are written and never synced though they are claimed durable, as by an engine that takes a flush of its own buffer for a sync.",
		}.in(durable, skipsLogSync),
		Canary{
			Name: "ack-before-sync", Property: "acked-durable",
			About: "A write returns when its sync is due, not done: it comes before the next write, as with a group commit that wakes its callers too early.",
		}.in(durable, syncsLogLater),
		Canary{
			Name: "sync-of-wrong-file", Property: "acked-durable",
			About: "After the log has gone on in a second file the sync goes to the handle of the first, which a rotation left in a variable.",
		}.in(durable, syncsFirstFile),
		Canary{
			Name: "disk-lies-about-sync", Property: "acked-durable",
			About: "Syncs of the log return and do nothing, as on a disk that ignores cache flushes, or under libeatmydata.",
		}.inFiles(filelog.Factory(small), isSegment),
		Canary{
			Name: "flush-does-nothing", Property: "flushed-durable",
			About: "Flush returns at once, as where it is left to an operating system that will write sometime.",
		}.inLog(filelog.BufferedFactory(small), func(l fullLog) engines.LogStore { return noFlush{l} }),
		Canary{
			Name: "flush-of-newest-file-only", Property: "flushed-durable",
			About: "Flush syncs the file being written, and nobody syncs the one that got full since the last flush.",
		}.in(buffered, syncsNewestFile),
		Canary{
			Name: "new-name-not-synced", Property: "acked-durable", Profile: "strict-posix",
			About: "The log goes on in a new file whose directory is not synced: POSIX lets a crash take the file with all that was synced in it.",
		}.in(durable, skipsNewName),
		Canary{
			Name: "rename-without-file-sync", Property: "acked-durable",
			About: "A compacted log is renamed over the old one before its bytes are synced, and comes back empty (ext4's delayed allocation made this famous).",
		}.in(durable, skipsCompactSync),
		Canary{
			Name: "rename-without-directory-sync", Property: "acked-durable",
			About: "A log is synced and renamed and its directory is not synced, so that a crash takes the name back (baidu/braft#254).",
		}.in(durable, skipsRenameSync),
		Canary{
			Name: "truncate-not-synced", Property: "mutation-durable",
			About: "A truncate returns before it is durable though it claims to be, since only appends were thought of.",
		}.in(durable, skipsTruncateSync),
	}
}

// writeCanaries break the order and the unity of writes.
func writeCanaries() []Canary {
	return []Canary{
		Canary{
			Name: "old-tail-behind-new-entries", Property: "no-splice",
			About: "A conflicting suffix is overwritten in place and the file cut afterwards: after a crash between, old entries follow new ones (etcd-io/etcd#22442 shows the same).",
		}.in(loose, overwritesInPlace),
		Canary{
			Name: "hole-in-batch", Property: "no-hole",
			About: "Recovery skips a damaged record and goes on with the next intact one, though the sectors of one write land in any order.",
		}.in(durable, skipsDamage),
		Canary{
			Name: "batch-not-atomic", Property: "atomic-batch",
			About: "A batch is claimed atomic, and recovery takes each intact record of it by itself.",
		}.in(durable, takesPartOfBatch),
		Canary{
			Name: "replace-not-atomic", Property: "atomic-replace",
			About: "ReplaceRange is claimed atomic and is a truncate and then a write, as the default method of d-engine's trait.",
		}.inLog(filelog.Factory(small), func(l fullLog) engines.LogStore { return replaceInTwo{l} }),
		Canary{
			Name: "purge-before-boundary", Property: "purge-boundary",
			About: "Purged entries are gone for good before the boundary is stored; a crash between leaves a log that begins nowhere.",
		}.in(durable, dropsBoundaryFirst),
	}
}

// logCanaries remember or tell the wrong thing.
func logCanaries() []Canary {
	file := filelog.Factory(small)
	return []Canary{
		Canary{
			Name: "boundary-lost", Property: "purge-boundary",
			About: "The purge boundary is kept in memory only, since the snapshot was thought to know it.",
		}.inLog(file, func(l fullLog) engines.LogStore { return &boundaryInMemory{fullLog: l} }),
		Canary{
			Name: "boundary-with-wrong-term", Property: "purge-boundary",
			About: "The boundary is stored with the term of the newest entry, not with that of the purged one.",
		}.inLog(file, func(l fullLog) engines.LogStore { return &newestTerm{fullLog: l} }),
		Canary{
			Name: "last-index-of-entries-only", Property: "reads-linearizable",
			About: "On open the last index is worked out from the entries alone, and is 0 where all were purged.",
		}.inLog(file, newLastOfEntries),
		Canary{
			Name: "stale-range", Property: "reads-linearizable",
			About: "A cache of the range read last is dropped when the log is cut, and not when it grows.",
		}.inLog(file, func(l fullLog) engines.LogStore { return &staleRange{fullLog: l} }),
	}
}

// hardStateCanaries lose the hard state or a part of it.
func hardStateCanaries() []Canary {
	return []Canary{
		Canary{
			Name: "hard-state-in-place", Property: "hard-state-durable",
			About: "The file of the hard state is emptied and written again; a crash between leaves none (ClickHouse/ClickHouse#111454, d-engine 0.2's file engine).",
		}.in(durable, rewritesHardState),
		Canary{
			Name: "hard-state-not-synced", Property: "hard-state-durable",
			About: "The hard state is renamed into place without any sync, as by many a helper that writes files atomically.",
		}.in(durable, skipsHardStateSync),
		Canary{
			Name: "hard-state-torn", Property: "hard-state-atomic",
			About: "Term and vote are stored one after the other under names of their own; a crash between joins the new term with the old vote.",
		}.in(durable, splitsHardState),
		Canary{
			Name: "vote-after-entries", Property: "term-order",
			About: "The hard state is written at its next flush, and entries of its term are durable before.",
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
			About: "The checksum covers the payload only and that of nothing is 0, so that zeros at a torn end are empty entries of term 0 (d-engine 0.2's file engine).",
		}.in(durable, readsZeros),
		Canary{
			Name: "recovery-cuts-acked", Property: "acked-durable",
			About: "Recovery cuts off one entry more than the torn one, to be on the safe side.",
		}.in(durable, cutsOneMore),
		Canary{
			Name: "recovery-differs-second-time", Property: "recovery-idempotent",
			About: "Recovery shows all intact entries and then truncates the file one too early: the next open shows less.",
		}.in(durable, truncatesOneMore),
		Canary{
			Name: "append-behind-torn-tail", Property: "recovery-idempotent",
			About: "After recovery the log is appended to behind the torn record, where no replay ever comes (pmcfadin/cqlite#1390).",
		}.in(durable, appendsBehindTail),
		Canary{
			Name: "recovered-not-durable", Property: "recovered-durable",
			About: "An engine that was killed shows what is in the page cache only; its readers count on it, and a loss of power takes it.",
		}.in(buffered, skipsRecoverySync),
		Canary{
			Name: "refuses-torn-tail", Property: "opens-after-crash",
			About: "A torn record is reported as corruption, and the engine does not open after a mere crash (etcd-io/etcd#6378).",
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
			About: "After a torn tail the engine opens and reads well and takes no append.",
		}.in(durable, takesNothing),
	}
}
