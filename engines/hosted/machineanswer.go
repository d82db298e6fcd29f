package hosted

// MachineAnswer holds what operations on a state machine give. A field that is absent
// says that there is no such thing, but where they are asked for there must be Results,
// Values with Applied, Pairs with Revision, Running, Len, LastApplied and Checksum.
type MachineAnswer struct {
	Claims      *MachineClaims    `json:"claims,omitempty"`
	Running     *bool             `json:"running,omitempty"`
	Results     []ApplyResult     `json:"results,omitzero"`
	Value       []byte            `json:"value,omitzero"`
	Values      [][]byte          `json:"values,omitzero"`
	Applied     *uint64           `json:"applied,omitempty"`
	Pairs       []KeyValue        `json:"pairs,omitzero"`
	Revision    *uint64           `json:"revision,omitempty"`
	Term        *uint64           `json:"term,omitempty"`
	Len         *int              `json:"len,omitempty"`
	LastApplied *LogID            `json:"last_applied,omitempty"`
	Metadata    *SnapshotMetadata `json:"metadata,omitempty"`
	Checksum    *Checksum         `json:"checksum,omitempty"`
}

// ApplyResult is an engines.ApplyResult.
type ApplyResult struct {
	Index     uint64 `json:"index"`
	Succeeded bool   `json:"succeeded"`
	Repeated  bool   `json:"repeated"`
}

// KeyValue is an engines.KeyValue. Both go as base64, and are never absent.
type KeyValue struct {
	Key   []byte `json:"key"`
	Value []byte `json:"value"`
}

// MachineClaims is an engines.MachineClaims.
type MachineClaims struct {
	ApplyDurable       bool `json:"apply_durable,omitempty"`
	RestoreDurable     bool `json:"restore_durable,omitempty"`
	ResetDurable       bool `json:"reset_durable,omitempty"`
	ShutdownDurable    bool `json:"shutdown_durable,omitempty"`
	ReadersNotBlocked  bool `json:"readers_not_blocked,omitempty"`
	SpaceReclaimed     bool `json:"space_reclaimed,omitempty"`
	CloseReleases      bool `json:"close_releases,omitempty"`
	CorruptionDetected bool `json:"corruption_detected,omitempty"`
	Volatile           bool `json:"volatile,omitempty"`
	ChunkMaySplit      bool `json:"chunk_may_split,omitempty"`
	PersistNeedsFlush  bool `json:"persist_needs_flush,omitempty"`
	RecoveryNeedsFlush bool `json:"recovery_needs_flush,omitempty"`
}
