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
)
