package node

import "github.com/ackproof/ackproof/scenarios"

// The kinds of steps that only a node has.
var (
	// Persist writes the next Count committed entries to the log.
	Persist = &scenarios.Word{
		Name: "persist", Call: true, Writes: true,
		Arguments: []scenarios.Argument{entries("entries to write"), scenarios.SizesOption(), scenarios.FillOption()},
	}
	// Apply applies the next Count entries of the log.
	Apply = &scenarios.Word{Name: "apply", Call: true, Arguments: []scenarios.Argument{entries("entries to apply")}}
	// Snapshot makes a durable snapshot and its metadata.
	Snapshot = &scenarios.Word{Name: "snapshot", Call: true}
	// Compact does so, and purges the log up to it.
	Compact = &scenarios.Word{
		Name: "compact", Call: true,
		Simpler: func(s scenarios.Step) [][]scenarios.Step {
			return [][]scenarios.Step{{{Kind: Snapshot, CancelAfter: s.CancelAfter}}}
		},
		Weighs: func(scenarios.Step) int64 { return 1 },
	}
	// Install starts over from the last snapshot.
	Install = &scenarios.Word{Name: "install", Call: true}
	// Flush makes both durable, the log first.
	Flush = &scenarios.Word{Name: "flush", Call: true}
)

func entries(what string) scenarios.Argument {
	return scenarios.Position(what, scenarios.EntriesLimit, func(s *scenarios.Step) *int { return &s.Count })
}
