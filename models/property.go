package models

// Property is one promise with a name. The names are stable: reports, bundles
// and other people's scripts hold them.
type Property string

// The properties.
const (
	AckedDurable       Property = "acked-durable"
	MutationDurable    Property = "mutation-durable"
	FlushedDurable     Property = "flushed-durable"
	Prefix             Property = "prefix"
	AtomicBatch        Property = "atomic-batch"
	AtomicReplace      Property = "atomic-replace"
	NoHole             Property = "no-hole"
	NoSplice           Property = "no-splice"
	PurgeBoundary      Property = "purge-boundary"
	HardStateAtomic    Property = "hard-state-atomic"
	HardStateDurable   Property = "hard-state-durable"
	TermOrder          Property = "term-order"
	OpensAfterCrash    Property = "opens-after-crash"
	RecoveryIdempotent Property = "recovery-idempotent"
	RecoveredDurable   Property = "recovered-durable"
	LiveAfterRecovery  Property = "live-after-recovery"
	ReadsLinearizable  Property = "reads-linearizable"
)
