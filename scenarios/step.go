package scenarios

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/models"
)

// Kind is what a step does.
type Kind models.Kind

// The kinds of steps. Those before Reopen are one call each, as models names it.
const (
	Persist       = Kind(models.Persist)
	Replace       = Kind(models.Replace)
	Truncate      = Kind(models.Truncate)
	Purge         = Kind(models.Purge)
	Reset         = Kind(models.Reset)
	Flush         = Kind(models.Flush)
	SaveHardState = Kind(models.SaveHardState)
	FlushMeta     = Kind(models.FlushMeta)
	ReadEntry     = Kind(models.ReadEntry)
	ReadRange     = Kind(models.ReadRange)
	ReadLastIndex = Kind(models.ReadLastIndex)
	ReadHardState = Kind(models.ReadHardState)
	ReadBoundary  = Kind(models.ReadBoundary)
	// Reopen closes the engine and opens it again.
	Reopen = Kind(models.Reopen)
	// Crash is a power failure: what Step.Loss says is lost, and the program goes
	// on with what the engine recovers from the rest.
	Crash = Kind(models.Crash)
	// Kill ends the engine's process and opens it again; nothing is lost that
	// the file system had.
	Kill = Crash + 1
	// Concurrently runs Step.Body alongside flushers and readers.
	Concurrently = Kill + 1
	// FirstOpen has a program begin on an empty directory, or without one, and can only
	// be its first step. Other programs begin on a store that was made and closed.
	FirstOpen = Concurrently + 1
	// Hold makes a later fsync take long: others go on while it runs.
	Hold = FirstOpen + 1
	// Fail has file-system calls fail that come after it, as Step.Fault says.
	Fail = Hold + 1
	// Space limits how much files may grow after it, or lifts the limit.
	Space = Fail + 1
	// Release lets the syncs return that are stuck.
	Release = Space + 1
)

// Kinds returns every kind of step, in a fixed order.
func Kinds() []Kind {
	var kinds []Kind
	for k := Persist; k <= Reopen; k++ {
		kinds = append(kinds, k)
	}
	return append(kinds, Kill, Crash, Hold, Concurrently, FirstOpen, Fail, Space, Release)
}

// Operation returns the kind of call that a step of kind k is in a history, 0
// for Concurrently, which is many, and for those that are none: FirstOpen, Hold and the
// faults.
func (k Kind) Operation() models.Kind {
	switch k {
	case Kill:
		return models.Crash
	case Concurrently, FirstOpen, Hold, Fail, Space, Release:
		return 0
	}
	return models.Kind(k)
}

// String returns the word for k in programs.
func (k Kind) String() string {
	switch k {
	case Kill:
		return "kill"
	case Concurrently:
		return "concurrently"
	case FirstOpen:
		return "first-open"
	case Hold:
		return "hold"
	case Fail:
		return "fail"
	case Space:
		return "space"
	case Release:
		return "release"
	}
	return k.Operation().String()
}

// IsCall reports whether a step of kind k is one call of the engine.
func (k Kind) IsCall() bool { return k >= Persist && k < Reopen }

// EndsLife reports whether k ends the engine and opens it again: Reopen, Kill, Crash.
func (k Kind) EndsLife() bool { return k == Reopen || k == Kill || k == Crash }

// IsFault reports whether k changes what the disk does to calls: Fail, Space, Release.
func (k Kind) IsFault() bool { return k == Fail || k == Space || k == Release }

// Step is one line of a program; each kind uses the fields that it needs. The
// numbers are relative to the log when the step runs, and negative ones count
// as 0.
type Step struct {
	Kind Kind
	// Count is the entries that Persist or Replace writes, Truncate or Purge
	// discards, or ReadRange reads.
	Count int
	// Again has Persist write once more what the step before wrote that wrote entries last,
	// whatever Count says: the same indexes, terms and payloads. It writes nothing where
	// that fits no more.
	Again bool
	// Back is the entries at the end that Persist overwrites or Replace cuts.
	Back int
	// Terms is the terms that the entries of Persist or Replace may span; 0
	// means 1.
	Terms int
	// Sizes are taken in turn for the payloads of Persist and Replace; none
	// means StandardSizeBytes.
	Sizes []SizeRange
	// Fill is what those payloads hold.
	Fill Fill
	// All makes Purge discard every entry, whatever Count says, and has Space lift the
	// limit, whatever FreeBytes says.
	All bool
	// Beyond is how far past the last index Purge with All goes.
	Beyond int
	// Raise is by how much SaveHardState raises the term.
	Raise int
	// Vote is the candidate that SaveHardState votes for, unless the term has a
	// vote already; 0 is none.
	Vote int
	// Position is the entry that ReadEntry reads and ReadRange begins at, 1
	// being the first in the log.
	Position int
	// Loss is what Crash loses.
	Loss Loss
	// After is the event of the call in Body after which Crash comes, counted from 1; 0,
	// or one beyond the last, is when the call has returned.
	After int
	// DirMissing has FirstOpen begin without the engine's directory: only the one above
	// it is there.
	DirMissing bool
	// Flushers and Readers are the goroutines alongside Body in Concurrently;
	// Flushes and Reads are the calls that each of them makes; 0 means 1.
	Flushers, Flushes, Readers, Reads int
	// Purges is how often one more goroutine there purges entries that were in the log
	// before; 0 is no such goroutine.
	Purges int
	// Seed draws who goes on when in Concurrently.
	Seed int
	// Sync is which fsync of the process Hold holds, counted from 1, of those that begin
	// after it;
	// Returns is how many calls must return before it ends, if anybody can go on.
	Sync, Returns int
	// Fault is what Fail has fail. It counts the calls that come after the step.
	Fault fault.Fault
	// FreeBytes is by how much files may grow together after Space, until the disk is full.
	FreeBytes int
	// CancelAfter ends the context of a step that is one call: right after that many
	// file-system calls while it runs, if there are that many. 0 does not end it.
	CancelAfter int
	// Body are the steps that Concurrently runs in order. Each is one call, or a fault. In
	// Crash it is the call that the power failure comes in; none is between calls.
	Body []Step
}

// StandardSizeBytes is the size of a payload where a step names none.
const StandardSizeBytes = 8

// SizeRange is the sizes in bytes from Min to Max, both included.
type SizeRange struct{ Min, Max int }

// Fill is what payloads hold.
type Fill uint8

const (
	// FillRandom is bytes that do not compress.
	FillRandom Fill = iota
	// FillCompressible is the first 16 of those bytes, again and again.
	FillCompressible
	// FillZeros is zeros, as in a file that was never written there.
	FillZeros
)

// Loss is what a power failure takes of what no fsync has covered. The zero
// value loses nothing.
type Loss struct {
	Manner LossManner
	// Seed picks the sample of LoseSample.
	Seed int
}

// LossManner is how a Loss chooses.
type LossManner uint8

const (
	// LoseNothing keeps all that was written.
	LoseNothing LossManner = iota
	// LoseEverything loses all that was pending.
	LoseEverything
	// LoseSample loses what a draw by Loss.Seed says.
	LoseSample
)

// Program is a list of steps. Its methods never change it and share no steps
// with what they return.
type Program []Step

// FirstOpen reports whether p begins on an empty directory, so that the engine's
// first open is a part of what it shows.
func (p Program) FirstOpen() bool { return len(p) > 0 && p[0].Kind == FirstOpen }

// Overlaps reports whether calls of p may overlap, or an fsync with calls.
func (p Program) Overlaps() bool {
	return slices.ContainsFunc(p, func(s Step) bool { return s.Kind == Concurrently || s.Kind == Hold })
}

// HasFaults reports whether p has a step that is a fault, or a call whose context ends.
func (p Program) HasFaults() bool {
	return slices.ContainsFunc(p, func(s Step) bool {
		return s.Kind.IsFault() || s.CancelAfter > 0 || Program(s.Body).HasFaults()
	})
}

// HasLastingFault reports whether p has a fault that fails calls until something ends it.
func (p Program) HasLastingFault() bool {
	return slices.ContainsFunc(p, func(s Step) bool {
		return s.Kind == Fail && s.Fault.Times == fault.Forever || s.Kind == Space && !s.All || Program(s.Body).HasLastingFault()
	})
}

// DirMissing reports whether p begins without the engine's directory.
func (p Program) DirMissing() bool { return p.FirstOpen() && p[0].DirMissing }

// terms returns how many terms s may span, at least 1.
func (s Step) terms() int { return max(1, s.Terms) }

// sizes returns the size ranges of s, never none.
func (s Step) sizes() []SizeRange {
	if len(s.Sizes) == 0 {
		return []SizeRange{{StandardSizeBytes, StandardSizeBytes}}
	}
	return s.Sizes
}

// writes reports whether s writes entries.
func (s Step) writes() bool { return s.Kind == Persist || s.Kind == Replace }
