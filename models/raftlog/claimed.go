package raftlog

import "github.com/ackproof/ackproof/models"

// properties are what a log is held to, and when.
var properties = []struct {
	property models.Property
	claimed  func(Contract) bool
}{
	{models.AckedDurable, func(c Contract) bool { return c.WriteDurable && !c.Volatile }},
	{models.MutationDurable, func(c Contract) bool {
		none := c.Without.Truncate && c.Without.Purge && c.Without.Reset
		return c.MutationsDurable && !c.Volatile && !none
	}},
	{models.FlushedDurable, unlessVolatile},
	{models.Prefix, always},
	{models.AtomicBatch, func(c Contract) bool { return c.AtomicBatch }},
	{models.AtomicReplace, func(c Contract) bool { return c.AtomicReplace }},
	{models.NoHole, always},
	{models.NoSplice, always},
	{models.PurgeBoundary, func(c Contract) bool { return c.KeepsBoundary }},
	{models.HardStateAtomic, hasHardState},
	{models.HardStateDurable, func(c Contract) bool { return hasHardState(c) && !c.Volatile }},
	{models.TermOrder, Contract.demandsTermOrder},
	{models.OpensAfterCrash, always},
	{models.RecoveryIdempotent, always},
	{models.RecoveredDurable, Contract.recoveryDurable},
	{models.LiveAfterRecovery, always},
	{models.ReadsLinearizable, always},
	{models.CloseDurable, func(c Contract) bool { return c.CloseDurable && !c.Volatile }},
	{models.ReadsDurable, Contract.readsDurable},
	{models.ErrorSurfaced, always},
	{models.ReadersNotBlocked, func(c Contract) bool { return c.ReadersNotBlocked }},
	{models.SpaceReclaimed, func(c Contract) bool { return c.SpaceReclaimed }},
	{models.CloseReleases, func(c Contract) bool { return c.CloseReleases }},
	{models.NoSilentCorruption, detects},
	{models.NoSilentTruncation, detects},
	{models.DurableIndexHonest, func(c Contract) bool { return c.DurableIndex && !c.Volatile }},
}

func always(Contract) bool { return true }

func unlessVolatile(c Contract) bool { return !c.Volatile }

func detects(c Contract) bool { return c.CorruptionDetected }

func hasHardState(c Contract) bool { return !c.Without.HardState }

// Claimed returns the properties that c holds an engine to.
func (c Contract) Claimed() models.PropertySet {
	var s models.PropertySet
	for _, p := range properties {
		if p.claimed(c) {
			s = s.With(p.property)
		}
	}
	return s
}

// Properties returns those that a log has.
func (c Contract) Properties() models.PropertySet {
	var s models.PropertySet
	for _, p := range properties {
		s = s.With(p.property)
	}
	return s
}
