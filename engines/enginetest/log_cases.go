package enginetest

import "github.com/ackproof/ackproof/engines"

func readCases() []Case {
	return []Case{
		{"empty-log", ruleLast, steps(
			lastIs(0), holds(), lacks(0), lacks(1), ranges(1, 10), boundaryIs(engines.LogID{}), hardStateIs(nil),
		)},
		{"read-entry", ruleEntry, steps(
			persist(span(1, 5, 1)...), lacks(0), finds(entry(1, 1)), finds(entry(3, 1)), finds(entry(5, 1)), lacks(6), lacks(1<<63),
		)},
		{"read-range", ruleRange, steps(
			persist(span(1, 9, 1)...), ranges(3, 7, span(3, 7, 1)...), ranges(4, 4, entry(4, 1)), ranges(1, 9, span(1, 9, 1)...),
		)},
		{"read-range-beyond", ruleRange, steps(
			persist(span(1, 9, 1)...), ranges(0, 2, span(1, 2, 1)...), ranges(8, 99, span(8, 9, 1)...),
			ranges(10, 20), ranges(0, 0), ranges(7, 3),
		)},
		{"read-range-purged", ruleRange, steps(
			persist(span(1, 9, 1)...), purge(4, 1), ranges(2, 6, span(5, 6, 1)...), ranges(1, 4),
		)},
	}
}

func persistCases() []Case {
	return []Case{
		{"persist-one", ruleLast, steps(
			persist(entry(1, 1)), lastIs(1), holds(span(1, 1, 1)),
		)},
		{"persist-batches", ruleHoles, steps(
			persist(span(1, 100, 1)...), persist(span(101, 150, 2)...), persist(entry(151, 2)), lastIs(151),
			holds(span(1, 100, 1), span(101, 151, 2)),
		)},
		{"persist-empty-batch", ruleEmpty, steps(
			unchanged(persist()), persist(span(1, 3, 1)...), unchanged(persist()), holds(span(1, 3, 1)),
		)},
		{"persist-overlap", ruleOverlap, steps(
			discardsTail(), persist(span(1, 9, 1)...),
			persist(span(4, 5, 2)...), holds(span(1, 3, 1), span(4, 5, 2)),
			persist(span(5, 8, 3)...), holds(span(1, 3, 1), span(4, 4, 2), span(5, 8, 3)),
			persist(entry(8, 4)), holds(span(1, 3, 1), span(4, 4, 2), span(5, 7, 3), span(8, 8, 4)),
			persist(entry(1, 5)), holds(span(1, 1, 5)),
		)},
		{"persist-same-again", ruleOverlap, steps(
			discardsTail(), persist(span(1, 9, 1)...), persist(span(3, 4, 1)...), lastIs(4), holds(span(1, 4, 1)),
		)},
		{"persist-same-batch-twice", ruleOverlap, steps(
			persist(span(1, 5, 1)...), unchanged(persist(span(1, 5, 1)...)), persist(span(6, 9, 2)...),
			unchanged(persist(span(6, 9, 2)...)), reopenIfKept(), unchanged(persist(span(6, 9, 2)...)), holds(span(1, 5, 1), span(6, 9, 2)),
		)},
		{"persist-gap", ruleGap, steps(
			persist(span(1, 3, 1)...),
			refused(engines.ErrGap, persist(entry(5, 1))), refused(engines.ErrGap, persist(span(100, 110, 1)...)),
			persist(entry(4, 1)), holds(span(1, 4, 1)),
		)},
		{"persist-gap-empty-log", ruleGap, steps(
			keepsBoundary(),
			refused(engines.ErrGap, persist(entry(2, 1))), persist(span(1, 3, 1)...), truncate(1),
			refused(engines.ErrGap, persist(entry(2, 1))), persist(entry(1, 2)), holds(span(1, 1, 2)),
		)},
		{"persist-index-0", ruleZero, steps(
			refused(engines.ErrInvalid, persist(entry(0, 1))), refused(engines.ErrInvalid, persist(span(0, 3, 1)...)),
			persist(span(1, 3, 1)...), refused(engines.ErrInvalid, persist(entry(0, 2))), lacks(0),
		)},
		{"persist-not-consecutive", ruleBatch, steps(
			persist(span(1, 3, 1)...),
			refused(engines.ErrInvalid, persist(entry(4, 1), entry(6, 1))),
			refused(engines.ErrInvalid, persist(entry(4, 1), entry(4, 1))),
			refused(engines.ErrInvalid, persist(entry(4, 1), entry(3, 1))),
			refused(engines.ErrInvalid, persist(entry(2, 2), entry(3, 2), entry(5, 2))),
			holds(span(1, 3, 1)),
		)},
	}
}

func truncateCases() []Case {
	return []Case{
		{"truncate", ruleTruncate, steps(
			persist(span(1, 9, 1)...), truncate(6), holds(span(1, 5, 1)), truncate(5), holds(span(1, 4, 1)),
			persist(span(5, 6, 2)...), holds(span(1, 4, 1), span(5, 6, 2)),
		)},
		{"truncate-all", ruleLast, steps(
			persist(span(1, 9, 1)...), truncate(1), holds(), lastIs(0), persist(entry(1, 2)), holds(span(1, 1, 2)),
		)},
		{"truncate-0", ruleCut0, steps(
			unchanged(truncate(0)), persist(span(1, 9, 1)...), truncate(0), holds(), lastIs(0),
		)},
		{"truncate-past-end", rulePast, steps(
			unchanged(truncate(1)), unchanged(truncate(5)), persist(span(1, 9, 1)...),
			unchanged(truncate(10)), unchanged(truncate(11)), unchanged(truncate(1<<63)), holds(span(1, 9, 1)),
		)},
		{"truncate-then-shorter", ruleTruncate, steps(
			persist(span(1, 9, 1)...), truncate(4), persist(entry(4, 2)), holds(span(1, 3, 1), span(4, 4, 2)),
			lacks(5), lacks(9), ranges(5, 9),
		)},
	}
}
