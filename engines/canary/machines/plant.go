package machines

// plant is a bug in the machine plain. The zero value is none.
type plant int

const (
	_ plant = iota

	// Syncs.
	skipsApplySync
	skipsFlushSync
	skipsMetadataSync
	skipsResetSync
	skipsStopSync
	swallowsSyncError

	// The state and its position.
	splitsChunks
	storesIndexLater
	storesIndexFirst
	appliesRepeats
	readsOneByOne

	// What runs beside the calls.
	leavesSweeper

	// Recovery.
	refusesTail
	keepsOldFiles

	// Snapshots that are written.
	skipsSnapshotSync
	skipsSnapshotName
	keepsDebris

	// Snapshots that are read.
	restoresInPlace
	restoresMetadataLater
	believesDamage
	takesStale

	// What a disk damages.
	endsAtDamage
	trustsSynced
	verifiesOnce
)

// storesIndexApart reports whether the last applied position is taken from a file of its
// own.
func (p plant) storesIndexApart() bool { return p == storesIndexLater || p == storesIndexFirst }

// mode is what a machine promises, and what is planted in it.
type mode struct {
	plant plant
	// buffered makes chunks durable at the next flush only.
	buffered bool
}

var (
	durable  = mode{}
	buffered = mode{buffered: true}
)
