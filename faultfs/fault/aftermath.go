package fault

// SyncFailure is what becomes of a file's bytes when fsync returns EIO. A retry
// may then succeed and mean nothing ("Can applications recover from fsync
// failures?", ATC'20).
type SyncFailure uint8

const (
	// SyncFailureUnknown: nobody knows; no later sync of the file forces what
	// the failed one covered.
	SyncFailureUnknown SyncFailure = iota
	// SyncFailureClean: pages are marked clean. Reads go on showing the new
	// bytes, and later syncs force the size and not the bytes (ext4, xfs).
	SyncFailureClean
	// SyncFailureRevert: reads show the old content again (btrfs). The disk
	// itself must do that.
	SyncFailureRevert
	// SyncFailureLost: pages are marked clean and then leave the cache, as a kernel may
	// drop clean pages at any time. The size stays, reads show the old bytes under it, and
	// zeros where there were none; later syncs force that. The disk itself must do that.
	SyncFailureLost
)

// ChangesReads reports whether a failed sync changes what is read of the file.
func (f SyncFailure) ChangesReads() bool { return f == SyncFailureRevert || f == SyncFailureLost }

// SyncReport is who learns that a sync failed.
type SyncReport uint8

const (
	// SyncReportOnce: the sync that failed says so, and no other.
	SyncReportOnce SyncReport = iota
	// SyncReportEachOpen: each file that was open then says so once, at its next sync, which
	// does nothing else (Linux since 4.13, fsync(2)).
	SyncReportEachOpen
	// SyncReportLate: the sync goes well, as the file system's journal has the bytes, and
	// the next one says so, once for each open file and for one that is opened before anybody
	// was told (ext4 with data=journal, ATC'20).
	SyncReportLate
)
