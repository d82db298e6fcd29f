package machine

import (
	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/scenarios"
)

// weights is how often each kind of step is drawn.
var weights = []scenarios.Weight{
	{Kind: Apply, Weight: 12},
	{Kind: Flush, Weight: 4},
	{Kind: Generate, Weight: 3},
	{Kind: Restore, Weight: 4},
	{Kind: PersistMetadata, Weight: 2},
	{Kind: UpdateMetadata, Weight: 1},
	{Kind: PersistApplied, Weight: 2},
	{Kind: UpdateApplied, Weight: 2},
	{Kind: scenarios.Reopen, Weight: 2},
	{Kind: scenarios.Kill, Weight: 2},
	{Kind: scenarios.Crash, Weight: 3},
	{Kind: scenarios.Concurrently, Weight: 2},
	{Kind: scenarios.Hold, Weight: 1},
	{Kind: Reset, Weight: 1},
	{Kind: SaveHardState, Weight: 2},
	{Kind: Stop, Weight: 1},
	{Kind: Start, Weight: 1},
	{Kind: Get, Weight: 1},
	{Kind: GetMulti, Weight: 1},
	{Kind: Scan, Weight: 1},
	{Kind: ReadApplied, Weight: 1},
	{Kind: ReadMetadata, Weight: 1},
	{Kind: ReadTerm, Weight: 1},
	{Kind: ReadLen, Weight: 1},
	{Kind: scenarios.Fail, Weight: 4},
	{Kind: scenarios.Space, Weight: 2},
	{Kind: scenarios.Release, Weight: 1},
}

// features is what one program may have of a state machine.
type features struct {
	entriesMax int
	// repeats has entries come again, spans chunks of several terms.
	repeats, spans bool
	payloads       scenarios.Payloads
}

// drawFeatures draws what one program may have, and returns what draws its steps.
func drawFeatures(t *rapid.T, c scenarios.Config) func(*rapid.T, scenarios.Kind) []scenarios.Step {
	f := &features{entriesMax: c.EntriesMax}
	f.repeats = rapid.Bool().Draw(t, "has repeats")
	f.spans = rapid.Bool().Draw(t, "has spans")
	f.payloads = scenarios.DrawPayloads(t, c)
	return f.draw
}

// draw draws a step of a kind, and what comes before it.
func (f *features) draw(t *rapid.T, kind scenarios.Kind) []scenarios.Step {
	s := scenarios.Step{Kind: kind}
	switch kind {
	case Apply:
		f.drawApply(t, &s)
	case UpdateApplied, PersistApplied:
		s.Count = scenarios.Between(t, "passed", 0, 3)
	case Generate:
		s.Again = scenarios.Chance(t, "over the last", 4)
	case Restore:
		s.Back = scenarios.Between(t, "snapshots back", 0, 2)
		if scenarios.Chance(t, "harmed", 4) {
			s.Harm = scenarios.Between(t, "harm", 1, len(harms)-1)
		}
		// Of a machine that is ahead a snapshot is only refused.
		if scenarios.Chance(t, "emptied", 2) {
			return []scenarios.Step{{Kind: Reset}, s}
		}
	case Stop:
		// What is stopped refuses nearly all.
		if !scenarios.Chance(t, "stays", 4) {
			return []scenarios.Step{s, {Kind: Start}}
		}
	case Get:
		s.Position = scenarios.Between(t, "key", 1, KeysMax)
	case GetMulti:
		s.Position = scenarios.Between(t, "key", 1, KeysMax)
		s.Count = scenarios.Between(t, "keys", 1, KeysMax)
	case ReadTerm:
		s.Back = scenarios.Between(t, "entries after", 0, 4)
	}
	return []scenarios.Step{s}
}

func (f *features) drawApply(t *rapid.T, s *scenarios.Step) {
	s.Terms = 1
	if f.repeats && scenarios.Chance(t, "again", 4) {
		s.Again = true
		return
	}
	s.Count = scenarios.Between(t, "entries", 1, min(4, f.entriesMax))
	if scenarios.Chance(t, "many entries", 6) {
		s.Count = scenarios.Between(t, "entries", 1, f.entriesMax)
	}
	if f.repeats && scenarios.Chance(t, "repeats", 3) {
		s.Back = scenarios.Between(t, "back", 1, 4)
	}
	if f.spans && scenarios.Chance(t, "span", 2) {
		s.Terms = scenarios.Between(t, "terms", 1, 3)
	}
	f.payloads.Draw(t, s)
}
