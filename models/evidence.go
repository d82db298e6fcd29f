package models

// exercised returns the properties that a crash in s puts to the test,
// claimed or not.
func (m spec) exercised(s *specState) PropertySet {
	all := s.log.counts
	since := func(count func(counts) int) bool { return count(all) > count(s.floor.counts) }
	out := SetOf(OpensAfterCrash, RecoveryIdempotent, LiveAfterRecovery, ReadsLinearizable)
	add := func(p Property, when bool) {
		if when {
			out = out.With(p)
		}
	}
	keepsEntries := !s.floor.log.empty()
	keepsAny := keepsEntries || s.floor.log.mark.has || s.floor.counts.rewrites > 0
	add(AckedDurable, keepsEntries && s.tested.Has(AckedDurable))
	add(FlushedDurable, keepsAny && s.tested.Has(FlushedDurable))
	add(MutationDurable, s.tested.Has(MutationDurable))
	add(RecoveredDurable, s.recoveries > 0 && (keepsEntries || s.floor.log.mark.has || s.hardFloor.has))
	add(Prefix, all.entries > 0)
	add(NoHole, all.entries > 0)
	add(NoSplice, all.rewrites > 0)
	add(AtomicBatch, since(func(c counts) int { return c.batches }))
	add(AtomicReplace, since(func(c counts) int { return c.replaces }))
	add(PurgeBoundary, all.purges > 0 || s.log.log.mark.has)
	add(HardStateAtomic, s.hard.has)
	add(HardStateDurable, s.hardFloor.has)
	add(ReadsDurable, s.tested.Has(ReadsDurable))
	add(CloseDurable, s.tested.Has(CloseDurable))
	add(ErrorSurfaced, s.tested.Has(ErrorSurfaced))
	add(ReadersNotBlocked, s.tested.Has(ReadersNotBlocked))
	add(TermOrder, s.hard.has && !s.log.log.empty())
	return out
}
