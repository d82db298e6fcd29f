package canary

// plant is a bug in the engine plain. The zero value is none.
type plant int

const (
	_ plant = iota

	// Syncs of the log.
	skipsLogSync
	syncsLogLater
	syncsFirstFile
	syncsNewestFile
	skipsNewName
	skipsCompactSync
	skipsRenameSync
	skipsTruncateSync
	skipsCloseSync
	skipsLateSync
	skipsReadSync

	// The order and unity of writes.
	overwritesInPlace
	dropsBoundaryFirst
	takesPartOfBatch
	splitsAppends

	// The hard state.
	rewritesHardState
	skipsHardStateSync
	delaysHardState
	splitsHardState
	resetsHardState

	// Recovery.
	readsZeros
	skipsDamage
	cutsTails
	readsIntoBuffer
	endsAtZeros
	fillsTable
	cutsOneMore
	truncatesOneMore
	appendsBehindTail
	skipsRecoverySync
	trustsDirName
	refusesTail
	panicsOnTail
	hangsOnTail
	takesNothing

	// What is left over.
	renamesNewFiles
	keepsOldFiles
	// Closes.
	keepsOldFileOpen
	leavesWatcher
	keepsLockFile
	leavesScratch

	// Calls that fail.
	ignoresSyncError
	ignoresCloseError
	ignoresRenameError
	ignoresLaterDirSyncError
	ignoresShortWrite
	ignoresSyncWithoutSpace
	ignoresReadError
	ignoresListError
	logsHardStateError
	retriesSync
	goesOnAfterSyncError
	keepsRefused
	buriesHalf
	staysFull
)

// checksums returns how frames are summed with p planted.
func (p plant) checksums() checksums {
	switch p {
	case readsZeros:
		return sumsPayload
	case overwritesInPlace, skipsDamage:
		return sumsFrame
	}
	return sumsChain
}
