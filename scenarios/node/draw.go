package node

import (
	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/machine"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// weights is how often each kind of step is drawn.
var weights = []scenarios.Weight{
	{Kind: Persist, Weight: 8},
	{Kind: Apply, Weight: 8},
	{Kind: Compact, Weight: 6},
	{Kind: Flush, Weight: 3},
	{Kind: Snapshot, Weight: 2},
	{Kind: Install, Weight: 3},
	{Kind: raftlog.SaveHardState, Weight: 2},
	{Kind: scenarios.Reopen, Weight: 2},
	{Kind: scenarios.Kill, Weight: 2},
	{Kind: scenarios.Crash, Weight: 3},
	{Kind: scenarios.Concurrently, Weight: 2},
	{Kind: scenarios.Hold, Weight: 1},
	{Kind: raftlog.ReadEntry, Weight: 1},
	{Kind: raftlog.ReadRange, Weight: 1},
	{Kind: raftlog.ReadLastIndex, Weight: 1},
	{Kind: raftlog.ReadHardState, Weight: 1},
	{Kind: raftlog.ReadBoundary, Weight: 1},
	{Kind: machine.Get, Weight: 1},
	{Kind: machine.Scan, Weight: 1},
	{Kind: machine.ReadApplied, Weight: 1},
	{Kind: machine.ReadMetadata, Weight: 1},
	{Kind: scenarios.Fail, Weight: 4},
	{Kind: scenarios.Space, Weight: 2},
	{Kind: scenarios.Release, Weight: 1},
}

// features is what one program may have of a node.
type features struct {
	entriesMax int
	payloads   scenarios.Payloads
}

// drawFeatures draws what one program may have, and returns what draws its steps.
func drawFeatures(t *rapid.T, c scenarios.Config) func(*rapid.T, scenarios.Kind) []scenarios.Step {
	f := &features{c.EntriesMax, scenarios.DrawPayloads(t, c)}
	return f.draw
}

// draw draws a step of a kind, and before it what gives it something to do.
func (f *features) draw(t *rapid.T, kind scenarios.Kind) []scenarios.Step {
	s := scenarios.Step{Kind: kind}
	switch kind {
	case Persist:
		s.Count = f.drawCount(t)
		f.payloads.Draw(t, &s)
	case Apply:
		s.Count = f.drawCount(t)
		if scenarios.Chance(t, "persisted", 2) {
			return append(f.draw(t, Persist), s)
		}
	case Compact, Snapshot:
		if scenarios.Chance(t, "applied", 2) {
			return append(f.draw(t, Apply), s)
		}
	case raftlog.SaveHardState:
		s.Raise, s.Vote = scenarios.Between(t, "raise", 0, 3), scenarios.Between(t, "vote", 0, 5)
	case raftlog.ReadEntry, raftlog.ReadRange:
		s.Position = scenarios.Between(t, "place", 1, f.entriesMax)
		if kind == raftlog.ReadRange {
			s.Count = scenarios.Between(t, "entries", 1, f.entriesMax)
		}
	case machine.Get:
		s.Position = scenarios.Between(t, "key", 1, machine.KeysMax)
	}
	return []scenarios.Step{s}
}

func (f *features) drawCount(t *rapid.T) int {
	if scenarios.Chance(t, "many entries", 6) {
		return scenarios.Between(t, "entries", 1, f.entriesMax)
	}
	return scenarios.Between(t, "entries", 1, min(4, f.entriesMax))
}
