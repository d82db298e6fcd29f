package enginetest

import "github.com/ackproof/ackproof/engines"

func purgeCases() []Case {
	at := func(index, term uint64) step { return boundaryIs(engines.LogID{Index: index, Term: term}) }
	return []Case{
		{"purge", rulePurge, steps(
			persist(span(1, 9, 1)...), purge(4, 1), holds(span(5, 9, 1)), at(4, 1),
			persist(span(10, 11, 2)...), holds(span(5, 9, 1), span(10, 11, 2)), purge(10, 2), holds(span(11, 11, 2)), at(10, 2),
		)},
		{"purge-again", ruleNotBack, steps(
			persist(span(1, 9, 1)...), purge(4, 1), unchanged(purge(4, 1)), unchanged(purge(4, 7)),
			unchanged(purge(3, 1)), unchanged(purge(1, 9)), at(4, 1),
		)},
		{"purge-foreign-term", ruleGivenTerm, steps(
			persist(span(1, 9, 1)...), purge(4, 7), holds(span(5, 9, 1)), at(4, 7),
			reopenIfKept(), holds(span(5, 9, 1)), at(4, 7), purge(5, 1), at(5, 1), persist(entry(10, 8)), holds(span(6, 9, 1), span(10, 10, 8)),
		)},
		{"purge-index-0", rulePurge0, steps(
			unchanged(purge(0, 0)), unchanged(purge(0, 5)), persist(span(1, 3, 1)...), unchanged(purge(0, 5)),
			boundaryIs(engines.LogID{}), holds(span(1, 3, 1)),
		)},
		{"purge-all", rulePurgedAll, steps(
			keepsBoundary(), persist(span(1, 9, 1)...), purge(9, 1), holds(), lastIs(9), at(9, 1),
			refused(engines.ErrGap, persist(entry(11, 1))), persist(entry(10, 2)), holds(span(10, 10, 2)), lastIs(10),
		)},
		{"purge-all-reopen", rulePurgedAll, steps(
			keepsBoundary(), persist(span(1, 9, 1)...), purge(9, 1), reopen(), holds(), lastIs(9), at(9, 1),
			refused(engines.ErrGap, persist(entry(11, 1))), refused(engines.ErrCompacted, persist(entry(9, 1))),
			persist(entry(10, 2)), holds(span(10, 10, 2)),
		)},
		{"purge-past-end", rulePurgePast, steps(
			persist(span(1, 3, 1)...), purge(7, 2), holds(), lastIs(7), at(7, 2),
			persist(span(8, 9, 3)...), holds(span(8, 9, 3)),
		)},
		{"purge-past-end-gap", rulePurgePast, steps(
			keepsBoundary(), persist(span(1, 3, 1)...), purge(7, 2), refused(engines.ErrGap, persist(entry(9, 3))),
			refused(engines.ErrCompacted, persist(entry(4, 3))), persist(entry(8, 3)), holds(span(8, 8, 3)),
		)},
		{"purge-empty-log", rulePurgePast, steps(
			purge(7, 2), holds(), lastIs(7), at(7, 2), persist(span(8, 9, 3)...), holds(span(8, 9, 3)),
		)},
		{"purge-far", rulePurgePast, steps(
			purge(1<<40, 1<<50), lastIs(1<<40), at(1<<40, 1<<50), persist(span(1<<40+1, 1<<40+3, 1<<50)...),
			purge(1<<40+1, 1<<50), holds(span(1<<40+2, 1<<40+3, 1<<50)),
		)},
		{"purge-then-truncate-all", ruleLast, steps(
			keepsBoundary(), persist(span(1, 9, 1)...), purge(4, 1), truncate(5), holds(), lastIs(4), at(4, 1),
			refused(engines.ErrGap, persist(entry(6, 2))), persist(entry(5, 2)), holds(span(5, 5, 2)),
		)},
	}
}

func compactedCases() []Case {
	return []Case{
		{"compacted", ruleCompacted, steps(
			keepsBoundary(), persist(span(1, 9, 1)...), purge(4, 1),
			refused(engines.ErrCompacted, persist(entry(4, 2))), refused(engines.ErrCompacted, persist(span(3, 12, 2)...)),
			refused(engines.ErrCompacted, truncate(4)), refused(engines.ErrCompacted, truncate(2)),
			refused(engines.ErrCompacted, truncate(0)), holds(span(5, 9, 1)),
		)},
		{"compacted-reopen", ruleCompacted, steps(
			keepsBoundary(), persist(span(1, 9, 1)...), purge(4, 1), reopen(),
			refused(engines.ErrCompacted, persist(entry(4, 2))), refused(engines.ErrCompacted, truncate(4)),
		)},
	}
}

func resetCases() []Case {
	return []Case{
		{"reset", ruleReset, steps(
			save(3, 2), persist(span(1, 9, 3)...), purge(4, 3), reset(),
			holds(), lastIs(0), boundaryIs(engines.LogID{}), hardStateIs(hardState(3, 2)),
		)},
		{"reset-empty-log", ruleReset, steps(
			unchanged(reset()), persist(entry(1, 1)), holds(span(1, 1, 1)),
		)},
		{"reset-starts-at-1", ruleReset, steps(
			persist(span(1, 9, 1)...), purge(9, 1), reset(), persist(span(1, 2, 2)...), holds(span(1, 2, 2)), lastIs(2),
		)},
		{"reset-gap", ruleGap, steps(
			keepsBoundary(), persist(span(1, 9, 1)...), purge(4, 1), reset(), refused(engines.ErrGap, persist(entry(2, 1))),
		)},
		{"reset-reopen", ruleReset, steps(
			save(3, 2), persist(span(1, 9, 3)...), purge(4, 3), reset(), reopen(),
			holds(), lastIs(0), boundaryIs(engines.LogID{}), hardStateIs(hardState(3, 2)), persist(entry(1, 4)), holds(span(1, 1, 4)),
		)},
	}
}

func replaceCases() []Case {
	return []Case{
		{"replace", ruleReplace, steps(
			persist(span(1, 9, 1)...),
			replace(6, span(6, 7, 2)...), holds(span(1, 5, 1), span(6, 7, 2)),
			replace(7, span(7, 12, 3)...), holds(span(1, 5, 1), span(6, 6, 2), span(7, 12, 3)),
			replace(13, entry(13, 4)), holds(span(1, 5, 1), span(6, 6, 2), span(7, 12, 3), span(13, 13, 4)),
			replace(1, entry(1, 5)), holds(span(1, 1, 5)),
		)},
		{"replace-empty", ruleReplace0, steps(
			persist(span(1, 9, 1)...), replace(6), holds(span(1, 5, 1)), unchanged(replace(6)), unchanged(replace(99)),
			replace(0), holds(), lastIs(0),
		)},
		{"replace-gap", ruleGap, steps(
			persist(span(1, 3, 1)...), refused(engines.ErrGap, replace(5, entry(5, 1))), holds(span(1, 3, 1)),
		)},
		{"replace-other-index", ruleReplace, steps(
			persist(span(1, 9, 1)...),
			refused(engines.ErrInvalid, replace(5, entry(6, 2))), refused(engines.ErrInvalid, replace(6, entry(5, 2))),
			refused(engines.ErrInvalid, replace(6, entry(6, 2), entry(8, 2))), refused(engines.ErrInvalid, replace(0, entry(0, 2))),
		)},
		{"replace-compacted", ruleCompacted, steps(
			keepsBoundary(), persist(span(1, 9, 1)...), purge(4, 1),
			refused(engines.ErrCompacted, replace(4, entry(4, 2))), refused(engines.ErrCompacted, replace(2)),
			refused(engines.ErrCompacted, replace(0)), replace(5, entry(5, 2)), holds(span(5, 5, 2)),
		)},
		{"replace-reopen", ruleReopen, steps(
			persist(span(1, 9, 1)...), replace(6, span(6, 7, 2)...), reopen(), holds(span(1, 5, 1), span(6, 7, 2)),
		)},
	}
}
