package scenarios

import "slices"

// syntax is the arguments of each kind of step.
var syntax = map[Kind][]argument{
	Persist: forCall(
		persistArgument(),
		option("back", distanceLimit, 0, func(s *Step) *int { return &s.Back }),
		option("terms", EntriesLimit, 1, func(s *Step) *int { return &s.Terms }),
		sizesArgument(),
		fillArgument(),
	),
	Replace: forCall(
		position("entries to cut", distanceLimit, func(s *Step) *int { return &s.Back }),
		position("entries to write", EntriesLimit, func(s *Step) *int { return &s.Count }),
		option("terms", EntriesLimit, 1, func(s *Step) *int { return &s.Terms }),
		sizesArgument(),
		fillArgument(),
	),
	Truncate: forCall(position("entries to cut", distanceLimit, func(s *Step) *int { return &s.Count })),
	Purge:    forCall(purgeArgument()),
	Reset:    forCall(),
	Flush:    forCall(),
	SaveHardState: forCall(
		raiseArgument(),
		option("vote", numberLimit, 0, func(s *Step) *int { return &s.Vote }),
	),
	FlushMeta: forCall(),
	ReadEntry: forCall(position("the entry's place", distanceLimit, func(s *Step) *int { return &s.Position })),
	ReadRange: forCall(
		position("the first entry's place", distanceLimit, func(s *Step) *int { return &s.Position }),
		position("entries to read", distanceLimit, func(s *Step) *int { return &s.Count }),
	),
	ReadLastIndex: forCall(),
	ReadHardState: forCall(),
	ReadBoundary:  forCall(),
	Reopen:        nil,
	Kill:          nil,
	Crash:         {lossArgument()},
	Concurrently: {
		option("flushers", goroutinesLimit, 0, func(s *Step) *int { return &s.Flushers }),
		option("flushes", callsLimit, 1, func(s *Step) *int { return &s.Flushes }),
		option("readers", goroutinesLimit, 0, func(s *Step) *int { return &s.Readers }),
		option("reads", callsLimit, 1, func(s *Step) *int { return &s.Reads }),
		option("purges", callsLimit, 0, func(s *Step) *int { return &s.Purges }),
		option("seed", numberLimit, 0, func(s *Step) *int { return &s.Seed }),
	},
	FirstOpen: {missingArgument()},
	Hold: {
		literal("fsync"),
		positionFrom(1, "the fsync", callsLimit, func(s *Step) *int { return &s.Sync }),
		literal("until"),
		positionFrom(1, "calls that must return", callsLimit, func(s *Step) *int { return &s.Returns }),
		callsWord(), literal("returned"),
	},
	Fail:    {faultArgument()},
	Space:   {spaceArgument()},
	Release: nil,
}

// forCall returns the arguments of a step that is one call.
func forCall(own ...argument) []argument { return append(own, cancelArgument()) }

// kindOf returns the kind of step that word names.
func kindOf(word string) (Kind, bool) {
	i := slices.IndexFunc(Kinds(), func(k Kind) bool { return k.String() == word })
	if i < 0 {
		return 0, false
	}
	return Kinds()[i], true
}
