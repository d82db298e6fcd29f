package machine

import (
	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// Contract is what a state machine is held to: its claims.
type Contract struct{ engines.MachineClaims }

// ContractOf returns the contract of machine.
func ContractOf(machine engines.StateMachine) Contract {
	return Contract{engines.MachineClaimsOf(machine)}
}

// spec is the pure specification of a machine under a contract.
type spec struct{ Contract }

// Spec returns the specification of a machine under c.
func (c Contract) Spec() models.Spec { return spec{c} }

// Promised returns c with ApplyDurable.
func (c Contract) Promised() (more models.Contract, ok bool) {
	if c.ApplyDurable || c.Volatile {
		return c, false
	}
	c.ApplyDurable = true
	return c, true
}

// OpenedBy takes RecoveryNeedsFlush from the reader.
func (c Contract) OpenedBy(reader models.Contract) (written, opened models.Contract) {
	r := reader.(Contract)
	c.RecoveryNeedsFlush = r.RecoveryNeedsFlush
	return c, r
}

// Forgetting returns c without all that a crash must leave or may not take apart.
func (c Contract) Forgetting() (less models.Contract, ok bool) {
	return Contract{engines.MachineClaims{Volatile: true, ChunkMaySplit: true, PersistNeedsFlush: true, RecoveryNeedsFlush: true}}, true
}

// Unshown returns c with RecoveryNeedsFlush, and without ShutdownDurable.
func (c Contract) Unshown() models.Contract {
	c.RecoveryNeedsFlush, c.ShutdownDurable = true, false
	return c
}

// recoveryDurable reports whether what a recovery shows is durable by that alone.
func (c Contract) recoveryDurable() bool { return !c.Volatile && !c.RecoveryNeedsFlush }

// properties are what a machine is held to, and when.
var properties = []struct {
	property models.Property
	claimed  func(Contract) bool
}{
	{models.AckedDurable, func(c Contract) bool { return c.ApplyDurable && !c.Volatile }},
	{models.MutationDurable, func(c Contract) bool { return (c.RestoreDurable || c.ResetDurable) && !c.Volatile }},
	{models.FlushedDurable, unlessVolatile},
	{models.Prefix, always},
	{models.OpensAfterCrash, always},
	{models.RecoveryIdempotent, always},
	{models.RecoveredDurable, Contract.recoveryDurable},
	{models.LiveAfterRecovery, always},
	{models.ReadsLinearizable, always},
	{models.CloseDurable, func(c Contract) bool { return c.ShutdownDurable && !c.Volatile }},
	{models.ErrorSurfaced, always},
	{models.ReadersNotBlocked, func(c Contract) bool { return c.ReadersNotBlocked }},
	{models.CloseReleases, func(c Contract) bool { return c.CloseReleases }},
	{models.ApplyAtomic, func(c Contract) bool { return !c.ChunkMaySplit }},
	{models.AppliedAgrees, always},
	{models.ExactlyOnce, always},
	{models.SnapshotAtomic, always},
	{models.SnapshotRefused, always},
	{models.SnapshotDurable, unlessVolatile},
	{models.SnapshotMetadataDurable, unlessVolatile},
	{models.SpaceReclaimed, func(c Contract) bool { return c.SpaceReclaimed }},
	{models.NoSilentCorruption, detects},
	{models.NoSilentTruncation, detects},
}

func always(Contract) bool { return true }

func unlessVolatile(c Contract) bool { return !c.Volatile }

func detects(c Contract) bool { return c.CorruptionDetected }

// Claimed returns the properties that c holds a machine to.
func (c Contract) Claimed() models.PropertySet {
	var s models.PropertySet
	for _, p := range properties {
		if p.claimed(c) {
			s = s.With(p.property)
		}
	}
	return s
}

// Properties returns those that a machine has.
func (c Contract) Properties() models.PropertySet {
	var s models.PropertySet
	for _, p := range properties {
		s = s.With(p.property)
	}
	return s
}
