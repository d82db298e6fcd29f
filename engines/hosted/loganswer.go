package hosted

// LogAnswer holds what operations on a log give. A field that is absent says that there is no
// such thing, but Entries, LastIndex and DurableIndex must be there where they are asked for.
type LogAnswer struct {
	Claims    *Claims    `json:"claims,omitempty"`
	Abilities []string   `json:"abilities,omitempty"`
	Entry     *Entry     `json:"entry,omitempty"`
	Entries   []Entry    `json:"entries,omitzero"`
	LastIndex *uint64    `json:"last_index,omitempty"`
	HardState *HardState `json:"hard_state,omitempty"`
	Boundary  *LogID     `json:"boundary,omitempty"`

	DurableIndex *uint64 `json:"durable_index,omitempty"`
}

// HardState is an engines.HardState.
type HardState struct {
	Term uint64 `json:"term"`
	Vote uint64 `json:"vote"`
}

// Claims is an engines.Claims.
type Claims struct {
	WriteDurable       bool `json:"write_durable,omitempty"`
	AtomicBatch        bool `json:"atomic_batch,omitempty"`
	AtomicReplace      bool `json:"atomic_replace,omitempty"`
	MutationsDurable   bool `json:"mutations_durable,omitempty"`
	HardStateDurable   bool `json:"hard_state_durable,omitempty"`
	OrderedHardState   bool `json:"ordered_hard_state,omitempty"`
	RaftSafe           bool `json:"raft_safe,omitempty"`
	CorruptionDetected bool `json:"corruption_detected,omitempty"`
	Volatile           bool `json:"volatile,omitempty"`
	CloseDurable       bool `json:"close_durable,omitempty"`
	ReadsDurable       bool `json:"reads_durable,omitempty"`
	ReadersNotBlocked  bool `json:"readers_not_blocked,omitempty"`
	SpaceReclaimed     bool `json:"space_reclaimed,omitempty"`
	CloseReleases      bool `json:"close_releases,omitempty"`
	RecoveryNeedsFlush bool `json:"recovery_needs_flush,omitempty"`
	OverwriteMaySplit  bool `json:"overwrite_may_split,omitempty"`
	OverwriteKeepsTail bool `json:"overwrite_keeps_tail,omitempty"`
	AcceptsGaps        bool `json:"accepts_gaps,omitempty"`
	PurgeAlone         bool `json:"purge_alone,omitempty"`
}

// The abilities that a worker may list when it opens an engine.
const (
	abilityReplaceRange  = "replace_range"
	abilityPurgeBoundary = "purge_boundary"
	abilityDurableIndex  = "durable_index"
)
