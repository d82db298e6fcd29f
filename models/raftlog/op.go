package raftlog

import (
	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/internal/digest"
	"github.com/ackproof/ackproof/models"
)

// Kind is what a call does.
type Kind uint8

// The kinds of calls.
const (
	Persist Kind = iota + 1
	Replace
	Truncate
	Purge
	Reset
	Flush
	SaveHardState
	FlushMeta
	ReadEntry
	ReadRange
	ReadLastIndex
	ReadHardState
	ReadBoundary
	ReadDurableIndex
	// The last three are models.Restart, which every kind of subject has.
	reopen
	crash
	ending
)

var kindNames = [...]string{
	Persist: "persist", Replace: "replace", Truncate: "truncate", Purge: "purge",
	Reset: "reset", Flush: "flush", SaveHardState: "save-hard-state",
	FlushMeta: "flush-meta", ReadEntry: "read-entry", ReadRange: "read-range",
	ReadLastIndex: "read-last-index", ReadHardState: "read-hard-state",
	ReadBoundary: "read-boundary", ReadDurableIndex: "read-durable-index",
}

// String returns the word for k that programs and reports use.
func (k Kind) String() string {
	if k >= reopen && k <= ending {
		return models.Restart(k - reopen + 1).String()
	}
	if int(k) < len(kindNames) && kindNames[k] != "" {
		return kindNames[k]
	}
	return "unknown"
}

// Entry is a log entry without its payload.
type Entry struct {
	Index, Term uint64
	// SizeBytes is the length of the payload.
	SizeBytes int
	// Digest tells payloads apart; index and term are mixed into it.
	Digest digest.Digest
}

// EntryOf returns e without its payload.
func EntryOf(e engines.Entry) Entry {
	sum := digest.HashSeeded(e.Payload, e.Index*0x9e3779b97f4a7c15^e.Term)
	return Entry{Index: e.Index, Term: e.Term, SizeBytes: len(e.Payload), Digest: sum}
}

// EntriesOf returns entries without their payloads.
func EntriesOf(entries []engines.Entry) []Entry {
	out := make([]Entry, len(entries))
	for i, e := range entries {
		out[i] = EntryOf(e)
	}
	return out
}

// Op is one operation with its arguments; each kind uses those that it needs.
type Op struct {
	Kind Kind
	// From is the first index of Replace, Truncate, ReadEntry and ReadRange.
	From uint64
	// To is the last index of ReadRange.
	To uint64
	// Entries are those of Persist and Replace.
	Entries []Entry
	// Cutoff is the position that Purge purges to.
	Cutoff engines.LogID
	// HardState is the one that SaveHardState saves.
	HardState engines.HardState
}

// writesEntries reports whether o writes any: a replace with nothing is a truncate.
func (o *Op) writesEntries() bool {
	return (o.Kind == Persist || o.Kind == Replace) && len(o.Entries) > 0
}

// Word returns the word for the operation's kind.
func (o *Op) Word() string { return o.Kind.String() }

// Reads reports whether the operation only reads.
func (o *Op) Reads() bool { return o.Kind >= ReadEntry && o.Kind <= ReadDurableIndex }

// MustWrite reports whether the operation cannot be kept without a write, so that a
// pending one may leave something.
func (o *Op) MustWrite() bool { return o.Kind <= Reset || o.Kind == SaveHardState }

// Forces reports whether the operation is a flush.
func (o *Op) Forces() bool { return o.Kind == Flush || o.Kind == FlushMeta }

// restarts are the operations of models.Restart.
var restarts = [...]*Op{models.Reopen: {Kind: reopen}, models.Crash: {Kind: crash}, models.Close: {Kind: ending}}

// opOf returns the operation of c.
func opOf(c *models.Call) *Op {
	if r := c.Restart(); r != 0 {
		return restarts[r]
	}
	return c.Op.(*Op)
}
