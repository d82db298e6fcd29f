package hosted

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"

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
	// Subject says what that is: SubjectLog, which an absent one means too, or
	// SubjectMachine.
	Subject string `json:"subject,omitempty"`
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

// The subjects that a worker may run.
const (
	SubjectLog     = "log"
	SubjectMachine = "state-machine"
)

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

	Key          []byte            `json:"key,omitzero"`
	Keys         [][]byte          `json:"keys,omitzero"`
	Prefix       []byte            `json:"prefix,omitzero"`
	Metadata     *SnapshotMetadata `json:"metadata,omitempty"`
	Path         *string           `json:"path,omitempty"`
	LastIncluded *LogID            `json:"last_included,omitempty"`
}

// has refuses a request that lacks one of the fields.
func (r *Request) has(fields ...string) error {
	for _, name := range fields {
		switch {
		case r.given(name):
		case name == "entries" || name == "keys":
			return fmt.Errorf(`%w: got no %q, want an array`, engines.ErrInvalid, name)
		case name == "metadata":
			return fmt.Errorf(`%w: got no whole "metadata", want "last_included" and "checksum" in it`, engines.ErrInvalid)
		default:
			return fmt.Errorf("%w: got no %q, want one", engines.ErrInvalid, name)
		}
	}
	return nil
}

// given reports whether the request has a field, whole.
func (r *Request) given(field string) bool {
	switch field {
	case "dir":
		return r.Dir != nil
	case "from":
		return r.From != nil
	case "first":
		return r.First != nil
	case "last":
		return r.Last != nil
	case "index":
		return r.Index != nil
	case "term":
		return r.Term != nil
	case "vote":
		return r.Vote != nil
	case "entries":
		return r.Entries != nil
	case "key":
		return r.Key != nil
	case "keys":
		return r.Keys != nil
	case "prefix":
		return r.Prefix != nil
	case "metadata":
		return r.Metadata.isWhole()
	case "path":
		return r.Path != nil
	case "last_included":
		return r.LastIncluded != nil
	}
	panic("hosted: no request has the field " + field)
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

// SnapshotMetadata is an engines.SnapshotMetadata.
type SnapshotMetadata struct {
	LastIncluded *LogID    `json:"last_included"`
	Checksum     *Checksum `json:"checksum"`
}

// isWhole reports whether m is there, and all of it.
func (m *SnapshotMetadata) isWhole() bool {
	return m != nil && m.LastIncluded != nil && m.Checksum != nil
}

func metadataToWire(m engines.SnapshotMetadata) *SnapshotMetadata {
	return &SnapshotMetadata{(*LogID)(&m.LastIncluded), (*Checksum)(&m.Checksum)}
}

// fromWire returns m, which must be whole.
func (m *SnapshotMetadata) fromWire() engines.SnapshotMetadata {
	return engines.SnapshotMetadata{LastIncluded: engines.LogID(*m.LastIncluded), Checksum: engines.Checksum(*m.Checksum)}
}

// Checksum is an engines.Checksum. It goes as 64 hexadecimal digits.
type Checksum engines.Checksum

// MarshalText returns the digits.
func (c Checksum) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, c[:]), nil }

// UnmarshalText reads the digits.
func (c *Checksum) UnmarshalText(digits []byte) error {
	if len(digits) != hex.EncodedLen(len(c)) {
		return fmt.Errorf("got a checksum of %d digits, want %d", len(digits), hex.EncodedLen(len(c)))
	}
	_, err := hex.Decode(c[:], digits)
	return err
}

// toWire returns entries as they are sent; payloads are shared.
func toWire(entries []engines.Entry) []Entry {
	out := make([]Entry, len(entries))
	for i, e := range entries {
		out[i] = Entry{Index: e.Index, Term: e.Term, Payload: present(e.Payload)}
	}
	return out
}

// present returns bytes that are there as they are sent, never as null.
func present(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
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
	{"stopped", engines.ErrStopped},
	{"stale", engines.ErrStale},
	{"not-exist", fs.ErrNotExist},
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
