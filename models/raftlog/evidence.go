package raftlog

import "github.com/ackproof/ackproof/models"

// Exercised returns the properties that a crash in s puts to the test,
// claimed or not.
func (m spec) Exercised(state models.SpecState) models.PropertySet {
	s := state.(*specState)
	all := s.log.counts
	since := func(count func(counts) int) bool { return count(all) > count(s.floor.counts) }
	out := models.SetOf(models.OpensAfterCrash, models.RecoveryIdempotent, models.LiveAfterRecovery, models.ReadsLinearizable)
	add := func(p models.Property, when bool) {
		if when {
			out = out.With(p)
		}
	}
	keepsEntries := !s.floor.log.empty()
	keepsAny := keepsEntries || s.floor.log.mark.has || s.floor.counts.rewrites > 0
	add(models.AckedDurable, keepsEntries && s.tested.Has(models.AckedDurable))
	add(models.FlushedDurable, keepsAny && s.tested.Has(models.FlushedDurable))
	add(models.MutationDurable, s.tested.Has(models.MutationDurable))
	add(models.RecoveredDurable, s.recoveries > 0 && (keepsEntries || s.floor.log.mark.has || s.hardFloor.has))
	add(models.Prefix, all.entries > 0)
	add(models.NoHole, all.entries > 0)
	add(models.NoSplice, all.rewrites > 0)
	add(models.AtomicBatch, since(func(c counts) int { return c.batches }))
	add(models.AtomicReplace, since(func(c counts) int { return c.replaces }))
	add(models.PurgeBoundary, all.purges > 0 || s.log.log.mark.has)
	add(models.HardStateAtomic, s.hard.has)
	add(models.HardStateDurable, s.hardFloor.has)
	add(models.ReadsDurable, s.tested.Has(models.ReadsDurable))
	add(models.DurableIndexHonest, s.tested.Has(models.DurableIndexHonest))
	add(models.CloseDurable, s.tested.Has(models.CloseDurable))
	add(models.ErrorSurfaced, s.tested.Has(models.ErrorSurfaced))
	add(models.ReadersNotBlocked, s.tested.Has(models.ReadersNotBlocked))
	add(models.TermOrder, s.hard.has && !s.log.log.empty())
	return out
}
