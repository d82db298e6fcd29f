package machines

import "slices"

// All returns all canaries, in a fixed order.
func All() []Canary {
	return slices.Concat(syncCanaries(), stateCanaries(), writtenSnapshotCanaries(), readSnapshotCanaries(), closeCanaries(), damageCanaries())
}

// in returns c with p planted in machines of mode m.
func (c Canary) in(m mode, p plant) Canary {
	c.twin = m.factory()
	m.plant = p
	c.planted = m.factory()
	return c
}

// syncCanaries leave out syncs of the state, or do not look at what one says.
func syncCanaries() []Canary {
	return []Canary{
		Canary{
			Name: "machine-apply-not-synced", Property: "acked-durable",
			About: "A chunk is claimed durable on return and is never synced, as if the write were the fsync.",
		}.in(durable, skipsApplySync),
		Canary{
			Name: "machine-flush-not-synced", Property: "flushed-durable",
			About: "Flush writes what waits and leaves the rest to the operating system.",
		}.in(buffered, skipsFlushSync),
		Canary{
			Name: "machine-metadata-not-synced", Property: "snapshot-metadata-durable",
			About: "The metadata of a snapshot is persisted by a write without an fsync, and a crash brings back that of the one before.",
		}.in(durable, skipsMetadataSync),
		Canary{
			Name: "machine-reset-undone", Property: "mutation-durable",
			About: "A reset is claimed durable on return and is not synced: a crash brings the old state back.",
		}.in(durable, skipsResetSync),
		Canary{
			Name: "machine-stop-loses", Property: "close-durable",
			About: "A graceful shutdown is claimed to lose nothing; Stop and Close write what waits and do not sync it.",
		}.in(buffered, skipsStopSync),
		Canary{
			Name: "machine-fsync-error-swallowed", Property: "error-surfaced", Faults: true,
			About: "The error of the state's fsync is dropped, and the chunk is acknowledged.",
		}.in(durable, swallowsSyncError),
	}
}

// stateCanaries mistake what the state holds, or the position that belongs to it.
func stateCanaries() []Canary {
	return []Canary{
		Canary{
			Name: "machine-chunk-entry-by-entry", Property: "apply-atomic",
			About: "Each entry of a chunk is a record of its own: a crash leaves the first few.",
		}.in(durable, splitsChunks),
		Canary{
			Name: "machine-applied-index-apart", Property: "applied-agrees",
			About: "The last applied index is in a file of its own, written after the data: a crash between the two leaves data without it, which is applied again.",
		}.in(durable, storesIndexLater),
		Canary{
			Name: "machine-applied-index-first", Property: "applied-agrees",
			About: "The last applied index is in a file of its own, written before the data: a crash between the two leaves it without the data, which is never applied.",
		}.in(durable, storesIndexFirst),
		Canary{
			Name: "machine-repeats-applied-again", Property: "exactly-once",
			About: "Entries that come again, as after a restart, are not compared with the last applied index, and are applied again.",
		}.in(durable, appliesRepeats),
		Canary{
			Name: "machine-get-multi-of-two-states", Property: "reads-linearizable",
			About: "A request for several keys takes and gives back the lock for each: the values come from two applied indexes if a chunk is applied meanwhile.",
		}.in(durable, readsOneByOne),
		Canary{
			Name: "machine-refuses-torn-tail", Property: "opens-after-crash",
			About: "A record that is not whole is reported as corruption, and the machine does not open after an ordinary crash.",
		}.in(durable, refusesTail),
		Canary{
			Name: "machine-old-files-kept", Property: "space-reclaimed",
			About: "Each opening writes the state into a new file, and nothing removes the one before.",
		}.in(durable, keepsOldFiles),
	}
}

// writtenSnapshotCanaries lose snapshots that they wrote, or cannot write the next.
func writtenSnapshotCanaries() []Canary {
	return []Canary{
		Canary{
			Name: "machine-snapshot-not-synced", Property: "snapshot-durable",
			About: "A snapshot is renamed into place before its bytes are synced, and comes back empty or torn.",
		}.in(durable, skipsSnapshotSync),
		Canary{
			Name: "machine-snapshot-name-not-synced", Property: "snapshot-durable",
			About: "A snapshot is synced and renamed, and its directory is not synced: a crash undoes the rename.",
		}.in(durable, skipsSnapshotName),
		Canary{
			Name: "machine-debris-stops-generate", Property: "live-after-recovery",
			About: "The temporary file of a snapshot must not be there when the next one is begun, and nothing removes what a crash left.",
		}.in(durable, keepsDebris),
	}
}

// readSnapshotCanaries take snapshots that they should refuse, or take them in pieces.
func readSnapshotCanaries() []Canary {
	return []Canary{
		Canary{
			Name: "machine-restore-in-place", Property: "snapshot-atomic",
			About: "A restore clears the pairs and then loads those of the snapshot: a crash between the two leaves none.",
		}.in(durable, restoresInPlace),
		Canary{
			Name: "machine-restore-metadata-later", Property: "snapshot-atomic",
			About: "A restore stores the state and afterwards the metadata of the snapshot: a crash between the two leaves that of an older one.",
		}.in(durable, restoresMetadataLater),
		Canary{
			Name: "machine-snapshot-not-checked", Property: "snapshot-refused",
			About: "Neither the checksum of a snapshot nor its contents are checked: one that is damaged or cut is taken for an empty one.",
		}.in(durable, believesDamage),
		Canary{
			Name: "machine-stale-snapshot-taken", Property: "snapshot-refused",
			About: "A snapshot that is behind the last applied index is not refused, and takes back what was applied.",
		}.in(durable, takesStale),
	}
}

// closeCanaries leave something of themselves when they close.
func closeCanaries() []Canary {
	return []Canary{
		Canary{
			Name: "machine-sweeper-outlives-close", Property: "close-releases",
			About: "Each start begins a goroutine that sweeps away what has expired, and neither Stop nor Close ends it.",
		}.in(durable, leavesSweeper),
	}
}

// damageCanaries do the wrong thing with what a disk damaged at rest, and nothing wrong after any
// crash.
func damageCanaries() []Canary {
	return []Canary{
		Canary{
			Name: "machine-damaged-snapshot-applied", Property: "no-silent-corruption",
			About: "A snapshot is verified as it is written, which a file beside it says. One that is damaged since is noted, and what can be read of it is applied all the same: nothing.",
		}.inChecked(verifiesOnce),
		Canary{
			Name: "machine-synced-record-not-checked", Property: "no-silent-corruption",
			About: "A record that has an intact one behind it was synced, so its checksum is not looked at: a bit that flips changes a value.",
		}.inChecked(trustsSynced),
		Canary{
			Name: "machine-corruption-taken-for-torn-tail", Property: "no-silent-truncation",
			About: "The first record whose checksum does not match ends the state, though what stands behind it is intact.",
		}.inChecked(endsAtDamage),
	}
}

// inChecked returns c with p planted in a machine that detects corruption.
func (c Canary) inChecked(p plant) Canary {
	c.twin, c.planted = checkedFactory(0), checkedFactory(p)
	return c
}
