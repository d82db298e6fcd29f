package enginetest

import (
	"context"

	"github.com/ackproof/ackproof/engines"
)

// declinedCases are for engines that say that they do something else than the
// contract.
func declinedCases() []Case {
	return []Case{
		{"persist-overlap-keeping-tail", ruleKeepsTail, keepingTail()},
		{"persist-leaving-gap", ruleGapTaken, leavingGap()},
	}
}

func keepingTail() func(context.Context, *Place) error {
	return steps(
		declines("OverwriteKeepsTail", func(c engines.Claims) bool { return c.OverwriteKeepsTail }),
		persist(span(1, 9, 1)...), persist(span(4, 5, 2)...), holds(span(1, 3, 1), span(4, 5, 2), span(6, 9, 1)), lastIs(9),
		persist(span(8, 11, 3)...), holds(span(1, 3, 1), span(4, 5, 2), span(6, 7, 1), span(8, 11, 3)),
		reopenIfKept(), holds(span(1, 3, 1), span(4, 5, 2), span(6, 7, 1), span(8, 11, 3)),
	)
}

func leavingGap() func(context.Context, *Place) error {
	return steps(
		declines("AcceptsGaps", func(c engines.Claims) bool { return c.AcceptsGaps }),
		persist(span(1, 3, 1)...), persist(span(6, 7, 1)...), holds(span(1, 3, 1), span(6, 7, 1)), lastIs(7),
		lacks(4), lacks(5), ranges(2, 6, entry(2, 1), entry(3, 1), entry(6, 1)), persist(entry(8, 2)),
		reopenIfKept(), holds(span(1, 3, 1), span(6, 7, 1), span(8, 8, 2)),
	)
}
