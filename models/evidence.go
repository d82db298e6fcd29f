package models

import "iter"

// Properties are all properties in the order of every report.
var Properties = []Property{
	AckedDurable, MutationDurable, FlushedDurable, Prefix, AtomicBatch, AtomicReplace, NoHole,
	NoSplice, PurgeBoundary, HardStateAtomic, HardStateDurable, TermOrder, OpensAfterCrash,
	RecoveryIdempotent, RecoveredDurable, LiveAfterRecovery, ReadsLinearizable,
}

// PropertySet is a set of properties. The zero value is empty.
type PropertySet uint32

func bit(p Property) PropertySet {
	for i := range Properties {
		if Properties[i] == p {
			return 1 << i
		}
	}
	return 0
}

// SetOf returns the set of properties.
func SetOf(properties ...Property) PropertySet { return PropertySet(0).With(properties...) }

// With returns s and properties.
func (s PropertySet) With(properties ...Property) PropertySet {
	for _, p := range properties {
		s |= bit(p)
	}
	return s
}

// Has tells whether p is in s.
func (s PropertySet) Has(p Property) bool { return s&bit(p) != 0 }

// All yields the properties of s in the order of Properties.
func (s PropertySet) All() iter.Seq[Property] {
	return func(yield func(Property) bool) {
		for i, p := range Properties {
			if s>>i&1 != 0 && !yield(p) {
				return
			}
		}
	}
}

// Claimed returns the properties that c holds an engine to. The others are never
// violated under c.
func Claimed(c Contract) PropertySet {
	s := SetOf(Prefix, NoHole, NoSplice, HardStateAtomic, OpensAfterCrash, RecoveryIdempotent,
		LiveAfterRecovery, ReadsLinearizable)
	for p, claimed := range map[Property]bool{
		AtomicBatch: c.AtomicBatch, AtomicReplace: c.AtomicReplace, PurgeBoundary: c.KeepsBoundary,
		FlushedDurable: !c.Volatile, RecoveredDurable: !c.Volatile, HardStateDurable: !c.Volatile,
		AckedDurable:    c.WriteDurable && !c.Volatile,
		MutationDurable: c.MutationsDurable && !c.Volatile, TermOrder: c.demandsTermOrder(),
	} {
		if claimed {
			s = s.With(p)
		}
	}
	return s
}

func (c Contract) demandsTermOrder() bool {
	return !c.Volatile && (c.HardStateDurable || c.OrderedHardState)
}

// exercised returns the properties that a crash in s puts to the test,
// claimed or not.
func (m spec) exercised(s *state) PropertySet {
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
	add(TermOrder, s.hard.has && !s.log.log.empty())
	return out
}
