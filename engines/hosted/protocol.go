package hosted

import (
	"errors"
	"fmt"

	"github.com/ackproof/ackproof/engines"
)

// Version is the version of the protocol that this package speaks.
const Version = 1

// lineBytesMax is the longest line that either side may send, its end included.
const lineBytesMax = 64 << 20

// batchMax is how many requests, and how many answers, go out in one write at
// most: a wake-up of the other process costs as much as a small request, and with
// all in one write the two would take turns.
const batchMax = 8

// Hello is the first line that a worker writes.
type Hello struct {
	// Ackproof is the version of the protocol that the worker speaks.
	Ackproof int `json:"ackproof"`
	// Engine names what it runs.
	Engine string `json:"engine"`
	// Ops are the operations that it answers besides those of the protocol.
	Ops []string `json:"ops,omitempty"`
	// ReadOnly: it can open read-only.
	ReadOnly bool `json:"read_only,omitempty"`
	// Offers are those of the operations that a worker may lack which it has; nil is
	// all of them.
	Offers []string `json:"offers,omitzero"`
	// EntryMaxBytes, BatchMaxBytes and BatchMaxEntries are the engine's limits, 0 for
	// none.
	EntryMaxBytes   int `json:"entry_max_bytes,omitempty"`
	BatchMaxBytes   int `json:"batch_max_bytes,omitempty"`
	BatchMaxEntries int `json:"batch_max_entries,omitempty"`
}

// Request holds what operations take. Each takes some of the fields; a field that
// an operation takes is never absent.
type Request struct {
	Dir      *string `json:"dir,omitempty"`
	ReadOnly *bool   `json:"read_only,omitempty"`
	From     *uint64 `json:"from,omitempty"`
	First    *uint64 `json:"first,omitempty"`
	Last     *uint64 `json:"last,omitempty"`
	Index    *uint64 `json:"index,omitempty"`
	Term     *uint64 `json:"term,omitempty"`
	Vote     *uint64 `json:"vote,omitempty"`
	Entries  []Entry `json:"entries,omitzero"`
}

// has refuses a request that lacks one of the fields.
func (r *Request) has(fields ...string) error {
	if len(fields) == 0 {
		return nil
	}
	given := map[string]bool{
		"dir": r.Dir != nil, "from": r.From != nil, "first": r.First != nil, "last": r.Last != nil,
		"index": r.Index != nil, "term": r.Term != nil, "vote": r.Vote != nil, "entries": r.Entries != nil,
	}
	for _, name := range fields {
		switch {
		case given[name]:
		case name == "entries":
			return fmt.Errorf(`%w: got no "entries", want an array`, engines.ErrInvalid)
		default:
			return fmt.Errorf("%w: got no %q, want one", engines.ErrInvalid, name)
		}
	}
	return nil
}

// Answer holds what operations give. A field that is absent says that there is no
// such thing, but Entries and LastIndex must be there where they are asked for.
type Answer struct {
	Claims    *Claims    `json:"claims,omitempty"`
	Abilities []string   `json:"abilities,omitempty"`
	Entry     *Entry     `json:"entry,omitempty"`
	Entries   []Entry    `json:"entries,omitzero"`
	LastIndex *uint64    `json:"last_index,omitempty"`
	HardState *HardState `json:"hard_state,omitempty"`
	Boundary  *LogID     `json:"boundary,omitempty"`
}

// Entry is an engines.Entry. The payload goes as base64, the standard alphabet
// with padding.
type Entry struct {
	Index   uint64 `json:"index"`
	Term    uint64 `json:"term"`
	Payload []byte `json:"payload"`
}

// LogID is an engines.LogID.
type LogID struct {
	Index uint64 `json:"index"`
	Term  uint64 `json:"term"`
}

// HardState is an engines.HardState.
type HardState struct {
	Term uint64 `json:"term"`
	Vote uint64 `json:"vote"`
}

// Claims is an engines.Claims.
type Claims struct {
	WriteDurable       bool `json:"write_durable,omitempty"`
	AtomicBatch        bool `json:"atomic_batch,omitempty"`
	AtomicReplace      bool `json:"atomic_replace,omitempty"`
	MutationsDurable   bool `json:"mutations_durable,omitempty"`
	HardStateDurable   bool `json:"hard_state_durable,omitempty"`
	OrderedHardState   bool `json:"ordered_hard_state,omitempty"`
	RaftSafe           bool `json:"raft_safe,omitempty"`
	CorruptionDetected bool `json:"corruption_detected,omitempty"`
	Volatile           bool `json:"volatile,omitempty"`
	CloseDurable       bool `json:"close_durable,omitempty"`
	ReadsDurable       bool `json:"reads_durable,omitempty"`
	ReadersNotBlocked  bool `json:"readers_not_blocked,omitempty"`
	RecoveryNeedsFlush bool `json:"recovery_needs_flush,omitempty"`
	OverwriteMaySplit  bool `json:"overwrite_may_split,omitempty"`
	OverwriteKeepsTail bool `json:"overwrite_keeps_tail,omitempty"`
	AcceptsGaps        bool `json:"accepts_gaps,omitempty"`
	PurgeAlone         bool `json:"purge_alone,omitempty"`
}

// The abilities that a worker may list when it opens an engine.
const (
	abilityReplaceRange  = "replace_range"
	abilityPurgeBoundary = "purge_boundary"
)

// toWire returns entries as they are sent; payloads are shared.
func toWire(entries []engines.Entry) []Entry {
	out := make([]Entry, len(entries))
	for i, e := range entries {
		out[i] = Entry(e)
		if e.Payload == nil {
			out[i].Payload = []byte{} // else it is sent as null
		}
	}
	return out
}

// fromWire returns entries as engines have them; payloads are shared.
func fromWire(entries []Entry) []engines.Entry {
	out := make([]engines.Entry, len(entries))
	for i, e := range entries {
		out[i] = engines.Entry(e)
	}
	return out
}

// ErrUnknownOp refuses an operation that the worker does not have.
var ErrUnknownOp = errors.New("unknown operation")

// kindPanic is the kind of answer that reports a panic in the engine.
const kindPanic = "panic"

// kinds are the kinds of errors that keep their meaning between processes.
var kinds = []struct {
	name string
	err  error
}{
	{"gap", engines.ErrGap},
	{"compacted", engines.ErrCompacted},
	{"invalid", engines.ErrInvalid},
	{"closed", engines.ErrClosed},
	{"corrupt", engines.ErrCorrupt},
	{"unknown-op", ErrUnknownOp},
}

// kindOf returns the kind of err, or "".
func kindOf(err error) string {
	for _, k := range kinds {
		if errors.Is(err, k.err) {
			return k.name
		}
	}
	return ""
}

// Error is what an engine returned in the other process.
type Error struct {
	// Kind is one of the protocol's kinds, or empty.
	Kind string
	// Text is the error in the engine's words.
	Text string
}

// Error returns the engine's words.
func (e *Error) Error() string { return e.Text }

// Unwrap returns the sentinel that Kind stands for, or nil.
func (e *Error) Unwrap() error {
	for _, k := range kinds {
		if k.name == e.Kind {
			return k.err
		}
	}
	return nil
}
