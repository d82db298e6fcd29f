package engines

// MachineClaims says what a state machine promises to keep through a crash, beyond what
// the contract demands: the state left is one that the machine went through, with the
// position that belongs to it, and what was flushed or persisted is durable. It is held
// to every claim that it makes. The last three decline something: who leaves them out is
// held to what they decline.
type MachineClaims struct {
	// ApplyDurable: a chunk is durable when ApplyChunk returns.
	ApplyDurable bool `json:",omitempty"`
	// RestoreDurable: the new state is durable when ApplySnapshotFromFile returns.
	// Otherwise a crash may undo it, as a whole, until something later is durable.
	RestoreDurable bool `json:",omitempty"`
	// ResetDurable: the machine is empty for good when Reset returns.
	ResetDurable bool `json:",omitempty"`
	// ShutdownDurable: what was there when Stop or Close began is durable when it
	// returns.
	ShutdownDurable bool `json:",omitempty"`
	// ReadersNotBlocked: a read returns though an fsync of another call takes long, or
	// does not end.
	ReadersNotBlocked bool `json:",omitempty"`
	// SpaceReclaimed: what is on disk stays bounded by what the machine holds, over any
	// number of commands, snapshots and crashes.
	SpaceReclaimed bool `json:",omitempty"`
	// CloseReleases: when Close has returned without an error nothing of the machine is
	// left, as of an engine with the claim of that name.
	CloseReleases bool `json:",omitempty"`
	// CorruptionDetected: damaged bytes among intact ones are reported as ErrCorrupt, never
	// returned and never silently cut off. Those of a snapshot's file are when it is to be
	// restored from.
	CorruptionDetected bool `json:",omitempty"`
	// Volatile: nothing survives the process. All claims of durability are then void.
	Volatile bool `json:",omitempty"`

	// ChunkMaySplit declines that a crash leaves all of a chunk or nothing: it may leave
	// any prefix of its entries, with the position that belongs to it.
	ChunkMaySplit bool `json:",omitempty"`
	// PersistNeedsFlush declines that what PersistLastApplied, PersistSnapshotMetadata,
	// SaveHardState and GenerateSnapshotData do is durable when they return: it is after
	// the next Flush. The file of a snapshot is only if that comes before the machine ends:
	// one that is opened again need not know where its files are.
	PersistNeedsFlush bool `json:",omitempty"`
	// RecoveryNeedsFlush declines that what an open shows is durable at once: it is after
	// the next Flush, or when something later is.
	RecoveryNeedsFlush bool `json:",omitempty"`
}

// MachineClaimer is the ability of a StateMachine to state its claims itself.
type MachineClaimer interface {
	// MachineClaims returns what the machine promises. It is constant for its life.
	MachineClaims() MachineClaims
}

// MachineClaimsOf returns what machine promises: its own claims, or else what the words
// of d-engine's guide promise for it, that a graceful shutdown loses nothing.
func MachineClaimsOf(machine StateMachine) MachineClaims {
	claims := MachineClaims{ShutdownDurable: true}
	if claimer, ok := machine.(MachineClaimer); ok {
		claims = claimer.MachineClaims()
	}
	if claims.Volatile {
		claims.ApplyDurable, claims.RestoreDurable, claims.ResetDurable, claims.ShutdownDurable = false, false, false, false
	}
	return claims
}
