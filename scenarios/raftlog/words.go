package raftlog

import "github.com/ackproof/ackproof/scenarios"

// The kinds of steps of a log, one call each.
var (
	// Persist writes Count entries after the last but Back, overwriting those. With Again
	// it writes once more what the step before wrote that wrote entries last: the same
	// indexes, terms and payloads; and nothing where that fits no more.
	Persist = &scenarios.Word{
		Name: "persist", Call: true, Writes: true, Again: again, Simpler: simplerPersists,
		Arguments: []scenarios.Argument{
			persistArgument(),
			scenarios.Option("back", scenarios.DistanceLimit, 0, func(s *scenarios.Step) *int { return &s.Back }),
			termsArgument(), scenarios.SizesOption(), scenarios.FillOption(),
		},
		Weighs: func(s scenarios.Step) int64 {
			if s.Again {
				return 2
			}
			return 1
		},
	}
	// Replace cuts the last Back entries and writes Count, in one call if the engine can.
	Replace = &scenarios.Word{
		Name: "replace", Call: true, Writes: true, Simpler: simplerReplaces,
		Again: func(s scenarios.Step) scenarios.Step { return again(scenarios.Step{Kind: Persist}) },
		Arguments: []scenarios.Argument{
			scenarios.Position("entries to cut", scenarios.DistanceLimit, func(s *scenarios.Step) *int { return &s.Back }),
			scenarios.Position("entries to write", scenarios.EntriesLimit, count),
			termsArgument(), scenarios.SizesOption(), scenarios.FillOption(),
		},
		Weighs: func(scenarios.Step) int64 { return 2 },
	}
	// Truncate discards the last Count entries.
	Truncate = &scenarios.Word{
		Name: "truncate", Call: true,
		Arguments: []scenarios.Argument{scenarios.Position("entries to cut", scenarios.DistanceLimit, count)},
	}
	// Purge discards the first Count entries, or with All everything and Beyond more.
	Purge = &scenarios.Word{
		Name: "purge", Call: true, Arguments: []scenarios.Argument{purgeArgument()}, Simpler: simplerPurges,
		Weighs: func(s scenarios.Step) int64 {
			if s.All {
				return scenarios.DistanceLimit + 1
			}
			return 0
		},
	}
	// Reset discards the whole log.
	Reset = &scenarios.Word{Name: "reset", Call: true}
	// Flush makes the log durable.
	Flush = &scenarios.Word{Name: "flush", Call: true}
	// SaveHardState saves a hard state with a term Raise higher and a Vote, unless the
	// term has a vote already.
	SaveHardState = &scenarios.Word{Name: "save-hard-state", Call: true, Arguments: []scenarios.Argument{
		raiseArgument(),
		scenarios.Option("vote", scenarios.NumberLimit, 0, func(s *scenarios.Step) *int { return &s.Vote }),
	}}
	// FlushMeta makes the hard state durable.
	FlushMeta = &scenarios.Word{Name: "flush-meta", Call: true}
	// ReadEntry reads the entry at Position.
	ReadEntry = &scenarios.Word{Name: "read-entry", Call: true, Reads: true, Arguments: []scenarios.Argument{
		scenarios.Position("the entry's place", scenarios.DistanceLimit, place),
	}}
	// ReadRange reads Count entries from the one at Position on.
	ReadRange = &scenarios.Word{
		Name: "read-range", Call: true, Reads: true, Simpler: simplerRanges,
		Arguments: []scenarios.Argument{
			scenarios.Position("the first entry's place", scenarios.DistanceLimit, place),
			scenarios.Position("entries to read", scenarios.DistanceLimit, count),
		},
		Weighs: func(scenarios.Step) int64 { return 1 },
	}
	// ReadLastIndex reads the last index.
	ReadLastIndex = &scenarios.Word{Name: "read-last-index", Call: true, Reads: true}
	// ReadHardState reads the hard state.
	ReadHardState = &scenarios.Word{Name: "read-hard-state", Call: true, Reads: true}
	// ReadBoundary reads what was purged.
	ReadBoundary = &scenarios.Word{Name: "read-boundary", Call: true, Reads: true}
	// ReadDurableIndex reads up to where the log is durable.
	ReadDurableIndex = &scenarios.Word{Name: "read-durable-index", Call: true, Reads: true}
)

// again returns a persist of what the last step wrote.
func again(persist scenarios.Step) scenarios.Step {
	return scenarios.Step{Kind: persist.Kind, Again: true, Terms: 1}
}

func simplerPersists(s scenarios.Step) [][]scenarios.Step {
	if !s.Again {
		return nil
	}
	return [][]scenarios.Step{{{Kind: s.Kind, Count: 1, CancelAfter: s.CancelAfter}}}
}

func simplerReplaces(s scenarios.Step) [][]scenarios.Step {
	persist := s
	persist.Kind = Persist
	return [][]scenarios.Step{{{Kind: Truncate, Count: s.Back, CancelAfter: s.CancelAfter}}, {persist}}
}

func simplerPurges(s scenarios.Step) [][]scenarios.Step {
	if !s.All {
		return nil
	}
	return [][]scenarios.Step{
		{{Kind: s.Kind, Count: 1, CancelAfter: s.CancelAfter}},
		{{Kind: s.Kind, Count: 8, CancelAfter: s.CancelAfter}},
	}
}

func simplerRanges(s scenarios.Step) [][]scenarios.Step {
	return [][]scenarios.Step{{{Kind: ReadEntry, Position: s.Position, CancelAfter: s.CancelAfter}}}
}
