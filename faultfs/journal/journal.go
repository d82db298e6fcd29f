// Package journal is what happened to a disk, in order: what changed it, the syncs,
// and the calls of the engine that used it, on one logical clock. It is for
// contributors: who tests an engine never sees one.
package journal

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs/internal/tree"
)

// Journal is everything that happened to a disk, in order, and what the disk
// held before. It never changes; nor may a caller change its slices.
type Journal struct {
	// Base is what the disk held at the start.
	Base *tree.Image
	// Events are in the order of their effect; an event's number is its place.
	Events []Event
	// Stacks are the stacks that events cite, from 1; Stacks[0] is empty. Those
	// of a stored journal are nil: [Journal.Frames] knows both.
	Stacks []Stack

	// Faults say which faults the disk had, and how far they had counted.
	Faults FaultLog

	frames [][]Frame // of a stored journal, by stack
}

// Until returns the journal of the first events, 0 to len(j.Events) of them. It
// shares them with j.
func (j *Journal) Until(events int) *Journal {
	out := *j
	out.Events = slices.Clip(j.Events[:events])
	out.Faults = j.Faults.until(events)
	return &out
}

// Began returns the time at which the sync that is the event with a number began: the
// number of the first event that it does not cover.
func (j *Journal) Began(sync int) int { return sync - j.Events[sync].During }

// Stack is the program counters of a call stack, innermost first.
type Stack []uintptr

// Frame is one function of a call stack: its full name, and the file and line of
// the call that it makes.
type Frame struct {
	Function string `json:"function"`
	File     string `json:"file"`
	Line     int    `json:"line"`
}
