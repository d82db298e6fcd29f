package machine

import (
	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// Kind is what a call does.
type Kind uint8

// The kinds of calls; their numbers are stored.
const (
	Apply Kind = iota + 1
	UpdateApplied
	PersistApplied
	UpdateMetadata
	PersistMetadata
	Generate
	Restore
	Reset
	Start
	Stop
	SaveHardState
	Flush
	Get
	GetMulti
	Scan
	ReadApplied
	ReadMetadata
	ReadTerm
	ReadLen
	// The last three are models.Restart, which every kind of subject has.
	reopen
	crash
	ending
)

var kindNames = [...]string{
	Apply: "apply", UpdateApplied: "update-applied", PersistApplied: "persist-applied",
	UpdateMetadata: "update-metadata", PersistMetadata: "persist-metadata",
	Generate: "generate", Restore: "restore", Reset: "reset", Start: "start", Stop: "stop",
	SaveHardState: "save-hard-state", Flush: "flush", Get: "get", GetMulti: "get-multi",
	Scan: "scan", ReadApplied: "read-applied", ReadMetadata: "read-metadata",
	ReadTerm: "read-term", ReadLen: "read-len",
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

// Harm is what the harness did to the copy of a snapshot's file that it hands over.
type Harm uint8

// The harms; their numbers are stored.
const (
	Unharmed Harm = iota
	// FlippedByte: one byte is another.
	FlippedByte
	// Cut: the file ends early.
	Cut
	// OtherVersion: the file says that it has a version which nobody knows.
	OtherVersion
)

var harmNames = [...]string{Unharmed: "unharmed", FlippedByte: "flipped-byte", Cut: "cut", OtherVersion: "other-version"}

// String returns the word for h that programs and reports use.
func (h Harm) String() string {
	if int(h) < len(harmNames) {
		return harmNames[h]
	}
	return "unknown"
}

// noCommand is the kind of an entry whose payload is no command.
const noCommand engines.CommandKind = 255

// Entry is an entry with the command that it carries.
type Entry struct {
	Index, Term uint64
	Kind        engines.CommandKind
	Key         string `json:",omitempty"`
	Value       Value  `json:",omitzero"`
	// Expected is what a compare-and-swap must find; nil is no value at all.
	Expected *Value `json:",omitempty"`
}

// EntryOf returns e with the command that its payload is. One that is no command gets a
// kind of its own, with which no machine may apply it.
func EntryOf(e engines.Entry) Entry {
	out := Entry{Index: e.Index, Term: e.Term}
	c, err := engines.ParseCommand(e.Payload)
	if err != nil {
		out.Kind = noCommand
		return out
	}
	out.Kind, out.Key = c.Kind, string(c.Key)
	if c.Kind == engines.CommandPut || c.Kind == engines.CommandCompareAndSwap {
		out.Value = ValueOf(c.Value)
	}
	if c.Expected != nil {
		expected := ValueOf(c.Expected)
		out.Expected = &expected
	}
	return out
}

// ApplyOf returns the operation that applies chunk.
func ApplyOf(chunk []engines.Entry) *Op {
	op := &Op{Kind: Apply, Entries: make([]Entry, len(chunk))}
	for i, e := range chunk {
		op.Entries[i] = EntryOf(e)
	}
	return op
}

// Op is one operation with its arguments; each kind uses those that it needs. Keys that
// are not UTF-8 do not survive being stored as JSON.
type Op struct {
	Kind Kind
	// Entries are those of Apply.
	Entries []Entry `json:",omitempty"`
	// Key is that of Get, and the prefix of Scan; Keys are those of GetMulti.
	Key  string   `json:",omitempty"`
	Keys []string `json:",omitempty"`
	// Index is that of ReadTerm.
	Index uint64 `json:",omitempty"`
	// Position is what UpdateApplied and PersistApplied move to, and the last one of
	// Generate.
	Position engines.LogID `json:",omitzero"`
	// Metadata is that of UpdateMetadata, PersistMetadata and Restore.
	Metadata engines.SnapshotMetadata `json:",omitzero"`
	// Name is that of the snapshot's file, of Generate and Restore, and of PersistMetadata
	// that takes the checksum of the file.
	Name string `json:",omitempty"`
	// Harm is what the file that Restore is given has suffered.
	Harm Harm `json:",omitempty"`
}

// Reads reports whether the operation only reads.
func (o *Op) Reads() bool { return o.Kind >= Get && o.Kind <= ReadLen }

// MustWrite reports whether the operation cannot be kept without a write, so that a
// pending one may leave something.
func (o *Op) MustWrite() bool { return o.Kind <= Reset }

// needsRunning reports whether a machine that is stopped refuses the operation.
func (o *Op) needsRunning() bool {
	switch o.Kind {
	case Apply, Generate, Restore, Reset, Get, GetMulti, Scan:
		return true
	}
	return false
}

// restarts are the operations of models.Restart.
var restarts = [...]*Op{models.Reopen: {Kind: reopen}, models.Crash: {Kind: crash}, models.Close: {Kind: ending}}

// opOf returns the operation of c.
func opOf(c *models.Call) *Op {
	if r := c.Restart(); r != 0 {
		return restarts[r]
	}
	return c.Op.(*Op)
}
