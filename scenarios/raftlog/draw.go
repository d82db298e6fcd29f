package raftlog

import (
	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/scenarios"
)

// weights is how often each kind of step is drawn.
var weights = []scenarios.Weight{
	{Kind: Persist, Weight: 12},
	{Kind: Flush, Weight: 4},
	{Kind: SaveHardState, Weight: 4},
	{Kind: Truncate, Weight: 3},
	{Kind: Replace, Weight: 4},
	{Kind: Purge, Weight: 4},
	{Kind: scenarios.Reopen, Weight: 2},
	{Kind: scenarios.Kill, Weight: 2},
	{Kind: scenarios.Crash, Weight: 3},
	{Kind: scenarios.Concurrently, Weight: 2},
	{Kind: scenarios.Hold, Weight: 1},
	{Kind: Reset, Weight: 1},
	{Kind: FlushMeta, Weight: 2},
	{Kind: ReadEntry, Weight: 1},
	{Kind: ReadRange, Weight: 1},
	{Kind: ReadLastIndex, Weight: 1},
	{Kind: ReadHardState, Weight: 1},
	{Kind: ReadBoundary, Weight: 1},
	{Kind: scenarios.Fail, Weight: 4},
	{Kind: scenarios.Space, Weight: 2},
	{Kind: scenarios.Release, Weight: 1},
}

// features is what one program may have of a log.
type features struct {
	entriesMax int
	// elections lets a conflict raise the term first, as in Raft.
	elections bool
	// conflicts overwrites entries; spans has batches of several terms.
	conflicts, spans bool
	payloads         scenarios.Payloads
}

// drawFeatures draws what one program may have, and returns what draws its steps.
func drawFeatures(t *rapid.T, c scenarios.Config) func(*rapid.T, scenarios.Kind) []scenarios.Step {
	f := &features{entriesMax: c.EntriesMax, elections: c.Weight(SaveHardState, 1) > 0}
	f.conflicts = rapid.Bool().Draw(t, "has conflicts")
	f.spans = rapid.Bool().Draw(t, "has spans")
	f.payloads = scenarios.DrawPayloads(t, c)
	return f.draw
}

// draw draws a step of a kind, and before it the election that makes it one of Raft's.
func (f *features) draw(t *rapid.T, kind scenarios.Kind) []scenarios.Step {
	s := scenarios.Step{Kind: kind}
	switch kind {
	case Persist:
		if f.conflicts && scenarios.Chance(t, "conflict", 3) {
			s.Back = scenarios.Between(t, "back", 1, 8)
		}
		return f.drawWrite(t, s)
	case Replace:
		s.Back = scenarios.Between(t, "cut", 0, 8)
		return f.drawWrite(t, s)
	case Truncate:
		s.Count = scenarios.Between(t, "cut", 1, 8)
	case Purge:
		drawPurge(t, &s)
	case SaveHardState:
		drawElection(t, &s)
	case ReadEntry:
		s.Position = scenarios.Between(t, "place", 1, f.entriesMax)
	case ReadRange:
		s.Position = scenarios.Between(t, "place", 0, f.entriesMax)
		s.Count = scenarios.Between(t, "entries", 1, f.entriesMax)
	}
	return []scenarios.Step{s}
}

// drawWrite completes a Persist or Replace.
func (f *features) drawWrite(t *rapid.T, s scenarios.Step) []scenarios.Step {
	s.Terms = 1
	s.Count = scenarios.Between(t, "entries", 1, min(4, f.entriesMax))
	if scenarios.Chance(t, "many entries", 6) {
		s.Count = scenarios.Between(t, "entries", 1, f.entriesMax)
	}
	if f.spans && scenarios.Chance(t, "span", 2) {
		s.Terms = scenarios.Between(t, "terms", 1, 3)
	}
	f.payloads.Draw(t, &s)
	// An overwrite in the same term writes the same entries again; only a new
	// term makes it a conflict.
	if s.Back > 0 && f.elections && !scenarios.Chance(t, "same term", 4) {
		return []scenarios.Step{{Kind: SaveHardState, Raise: 1}, s}
	}
	return []scenarios.Step{s}
}

func drawPurge(t *rapid.T, s *scenarios.Step) {
	s.Count = scenarios.Between(t, "purged", 1, 16)
	if scenarios.Chance(t, "all", 3) {
		*s = scenarios.Step{Kind: Purge, All: true}
		if scenarios.Chance(t, "past the end", 2) {
			s.Beyond = scenarios.Between(t, "beyond", 1, 100)
		}
	}
}

func drawElection(t *rapid.T, s *scenarios.Step) {
	s.Vote = scenarios.Between(t, "vote", 0, 5)
	s.Raise = scenarios.Between(t, "raise", 0, 3)
	if scenarios.Chance(t, "far", 8) {
		// A term that takes more bytes than the one before.
		s.Raise = scenarios.Between(t, "raise", 0, 70_000)
	}
}
