package machines

import "context"

func positionCases() []Case {
	return []Case{
		{"last-applied-never-back", rulePosition, steps(
			apply(1, put("a", "1")), updateApplied(5, 2), shows("a=1 at 5/2"),
			updateApplied(4, 9), shows("a=1 at 5/2"), persistApplied(3, 9), shows("a=1 at 5/2"),
			persistApplied(6, 2), shows("a=1 at 6/2"), apply(7, put("b", "1")), reopens("a=1 b=1 at 7/1"),
		)},
		{"last-applied-persisted", rulePosition, steps(
			apply(1, put("a", "1")), persistApplied(4, 3), reopens("a=1 at 4/3"),
		)},
		{"snapshot-metadata", ruleMetadata, steps(
			updateMetadata(4, 2, 1, 2, 3, 4), shows("at 0/0 snapshot 4/2 01020304"),
			persistMetadata(0, 0), shows("at 0/0 snapshot 0/0 00000000"), reopens("at 0/0 snapshot 0/0 00000000"),
		)},
	}
}

func keepCases() []Case {
	return []Case{
		{"reset", ruleReset, resets()},
		{"reopen", ruleReopen, steps(
			apply(1, put("a", "1"), put("b", ""), del("c")), updateApplied(4, 1), updateMetadata(2, 1, 9),
			reopens("a=1 b= at 4/1 snapshot 2/1 09000000"),
		)},
		{"reopen-empty", ruleReopen, steps(reopens("at 0/0"), apply(1, put("a", "1")), shows("a=1 at 1/1"))},
		{"reopen-again", ruleReopen, steps(
			survives(), apply(1, put("a", "1"), put("b", "")), updateMetadata(2, 1, 9), reopens("a=1 b= at 2/1 snapshot 2/1 09000000"),
			apply(3, del("a"), put("b", "2")), flush(), shows("b=2 at 4/1 snapshot 2/1 09000000"),
			reopens("b=2 at 4/1 snapshot 2/1 09000000"), reopens("b=2 at 4/1 snapshot 2/1 09000000"), reopens("b=2 at 4/1 snapshot 2/1 09000000"),
			apply(5, put("c", "1")), stop(), reopens("b=2 c=1 at 5/1 snapshot 2/1 09000000"),
		)},
		{"reopen-then-repeat", ruleRepeat, steps(
			survives(), apply(1, put("a", "1"), del("a"), put("b", "1")), reopens("b=1 at 3/1"),
			answers(2, "rry", put("a", "2"), put("b", "2"), put("c", "2")), shows("b=1 c=2 at 4/1"), reopens("b=1 c=2 at 4/1"),
		)},
		{"flush", ruleFlush, steps(
			flush(), saveHardState(), shows("at 0/0"), apply(1, put("a", "1")), updateApplied(3, 1), flush(), saveHardState(),
			shows("a=1 at 3/1"), reopens("a=1 at 3/1"),
		)},
	}
}

// resets empties a machine twice over, and looks after a reopen too.
func resets() func(context.Context, *Place) error {
	var all []step
	for range 2 {
		all = append(all,
			apply(1, put("a", "1"), put("b", "1")), updateMetadata(1, 1), updateApplied(9, 1),
			reset(), shows("at 0/0"), reset(), shows("at 0/0"), reopens("at 0/0"),
		)
	}
	return steps(all...)
}
