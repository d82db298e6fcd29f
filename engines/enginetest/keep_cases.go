package enginetest

import "github.com/ackproof/ackproof/engines"

func hardStateCases() []Case {
	return []Case{
		{"hard-state", ruleHardState, steps(
			hardStateIs(nil), save(1, 2), hardStateIs(hardState(1, 2)), save(3, 0), hardStateIs(hardState(3, 0)),
			save(1<<60, 1<<61), hardStateIs(hardState(1<<60, 1<<61)),
		)},
		{"hard-state-zero", ruleHardState, steps(
			save(0, 0), hardStateIs(hardState(0, 0)), save(1, 2), save(0, 0), hardStateIs(hardState(0, 0)),
		)},
		{"hard-state-zero-reopen", ruleHardState, steps(
			reopen(), hardStateIs(nil), save(0, 0), reopen(), hardStateIs(hardState(0, 0)), reopen(), hardStateIs(hardState(0, 0)),
		)},
		{"hard-state-apart-from-log", ruleHardState, steps(
			save(1, 2), persist(span(1, 9, 1)...), truncate(5), purge(2, 1), hardStateIs(hardState(1, 2)),
			save(2, 1), holds(span(3, 4, 1)), boundaryIs(engines.LogID{Index: 2, Term: 1}),
		)},
		{"hard-state-reopen", ruleReopen, steps(
			save(1, 2), save(7, 3), reopen(), hardStateIs(hardState(7, 3)), save(8, 1), reopen(), hardStateIs(hardState(8, 1)),
		)},
	}
}

func payloadCases() []Case {
	const largeBytes = 64 << 10
	empty := []engines.Entry{{Index: 1, Term: 1}, {Index: 2, Term: 1, Payload: []byte{}}, entry(3, 1)}
	large := []engines.Entry{sized(1, 1, largeBytes), sized(2, 1, 1), sized(3, 1, largeBytes+1)}
	return []Case{
		{"payload-empty", rulePayload, steps(persist(empty...), holds(empty))},
		{"payload-empty-reopen", rulePayload, steps(persist(empty...), reopen(), holds(empty))},
		{"payload-large", ruleEntry, steps(persist(large...), holds(large), truncate(3), holds(large[:2]))},
		{"payload-large-reopen", ruleReopen, steps(persist(large...), reopen(), holds(large))},
	}
}

func reopenCases() []Case {
	everything := steps(
		save(3, 2), persist(span(1, 9, 1)...), persist(span(7, 8, 2)...), truncate(8), purge(3, 1), persist(span(8, 12, 3)...),
		reopen(), holds(span(4, 6, 1), span(7, 7, 2), span(8, 12, 3)), boundaryIs(engines.LogID{Index: 3, Term: 1}),
		hardStateIs(hardState(3, 2)), reopen(), persist(entry(13, 3)), reopen(),
		holds(span(4, 6, 1), span(7, 7, 2), span(8, 13, 3)),
	)
	return []Case{
		{"reopen", ruleReopen, everything},
		{"reopen-empty", ruleReopen, steps(
			reopen(), holds(), lastIs(0), boundaryIs(engines.LogID{}), hardStateIs(nil), persist(entry(1, 1)), holds(span(1, 1, 1)),
		)},
		{"reopen-after-overlap", ruleOverlap, steps(
			discardsTail(), persist(span(1, 9, 1)...), persist(span(4, 5, 2)...), reopen(), lastIs(5), holds(span(1, 3, 1), span(4, 5, 2)),
		)},
		{"reopen-after-overlap-twice", ruleOverlap, steps(
			discardsTail(), persist(span(1, 9, 1)...), persist(span(4, 5, 2)...), reopen(), holds(span(1, 3, 1), span(4, 5, 2)),
			persist(entry(6, 3)), reopen(), lastIs(6), holds(span(1, 3, 1), span(4, 5, 2), span(6, 6, 3)),
		)},
		{"reopen-after-truncate", ruleTruncate, steps(
			persist(span(1, 9, 1)...), truncate(4), reopen(), lastIs(3), holds(span(1, 3, 1)),
		)},
		{"reopen-after-purge", rulePurge, steps(
			persist(span(1, 9, 1)...), purge(4, 1), reopen(), holds(span(5, 9, 1)), persist(entry(10, 1)), holds(span(5, 10, 1)),
		)},
		{"reopen-after-flush", ruleFlush, steps(
			save(1, 1), persist(span(1, 9, 1)...), unchanged(flush()), reopen(), holds(span(1, 9, 1)), hardStateIs(hardState(1, 1)),
		)},
		{"flush", ruleFlush, steps(
			unchanged(flush()), save(1, 1), persist(span(1, 9, 1)...), unchanged(flush()), truncate(5), unchanged(flush()), holds(span(1, 4, 1)),
		)},
	}
}
