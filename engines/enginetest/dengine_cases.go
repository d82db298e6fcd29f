package enginetest

// dEngineCases are the fifteen cases of d-engine's own suite, under its names, so
// that one who knows that suite finds them. Where it drops an engine, these reopen
// it: neither loses power.
func dEngineCases() []Case {
	return []Case{
		{"d-engine/empty-storage", ruleLast, steps(lastIs(0), lacks(1), ranges(1, 10))},
		{"d-engine/single-entry-persistence", ruleEntry, steps(persist(entry(1, 1)), lastIs(1), finds(entry(1, 1)))},
		{"d-engine/batch-persistence", ruleRange, steps(
			persist(span(1, 100, 1)...), lastIs(100), finds(entry(50, 1)), ranges(25, 75, span(25, 75, 1)...),
		)},
		{"d-engine/purge-logs", rulePurge, steps(
			persist(span(1, 100, 1)...), purge(50, 1), lacks(1), lacks(50), finds(entry(51, 1)), lastIs(100),
		)},
		{"d-engine/truncation", ruleTruncate, steps(
			persist(span(1, 100, 1)...), truncate(76), lastIs(75), lacks(76), lacks(100), finds(entry(75, 1)),
		)},
		{"d-engine/reset-operation", ruleReset, steps(persist(span(1, 50, 1)...), reset(), lastIs(0), lacks(1))},
		{"d-engine/edge-cases", ruleRange, steps(
			unchanged(persist()), persist(span(1, 10, 1)...), ranges(5, 100, span(5, 10, 1)...), ranges(200, 300),
		)},
		{"d-engine/purge-empty-range", rulePurge0, steps(
			persist(span(1, 10, 1)...), purge(0, 0), lastIs(10), finds(entry(1, 1)),
		)},
		{"d-engine/hard-state-persistence", ruleHardState, steps(
			hardStateIs(nil), save(5, 3), hardStateIs(hardState(5, 3)), reopen(), hardStateIs(hardState(5, 3)),
		)},
		{"d-engine/reset-preserves-meta", ruleReset, steps(
			save(5, 3), persist(span(1, 10, 5)...), reset(), hardStateIs(hardState(5, 3)),
		)},
		{"d-engine/flush-persists-all-data", ruleFlush, steps(
			persist(span(1, 10, 1)...), flush(), reopen(), holds(span(1, 10, 1)),
		)},
		{"d-engine/persist-entries-durability", ruleReopen, steps(
			persist(span(1, 10, 1)...), reopen(), lastIs(10), holds(span(1, 10, 1)),
		)},
		{"d-engine/hard-state-crash-recovery", ruleReopen, steps(
			save(10, 7), reopen(), hardStateIs(hardState(10, 7)),
		)},
		{"d-engine/truncate-durability", ruleReopen, steps(
			persist(span(1, 100, 1)...), truncate(76), reopen(), lastIs(75), holds(span(1, 75, 1)),
		)},
		{"d-engine/purge-durability", ruleReopen, steps(
			persist(span(1, 100, 1)...), purge(50, 1), reopen(), holds(span(51, 100, 1)), lastIs(100),
		)},
	}
}
