package engines

import "context"

// StateMachine is the other half of a Raft node's storage: what the entries of the log
// make once they are committed, here keys and values. It follows d-engine's trait of
// that name.
//
// One goroutine calls the methods that change the state, and GenerateSnapshotData.
// Flush and the reading methods may run concurrently with it, from any goroutine.
// What is passed in belongs to the caller again when the call returns; what is returned
// belongs to the caller.
//
// The state is keys and values, and the last applied position, which belong together: no
// crash leaves one without the other. Beside them stands the metadata of the last
// snapshot. A machine that is open and not started refuses to apply, read, reset,
// restore and generate, with [ErrStopped]; a refused call changes nothing.
type StateMachine interface {
	// Start makes the machine serve. Starting twice changes nothing.
	Start(ctx context.Context) error
	// Stop ends serving; the machine may be started again. Stopping twice changes
	// nothing.
	Stop(ctx context.Context) error
	// IsRunning reports whether the machine serves.
	IsRunning() bool

	// ApplyChunk applies consecutive entries, whose payloads are commands
	// ([ParseCommand]), all of them or none, and returns one result for each. Entries at
	// or below the last applied index were applied before and change nothing. A chunk
	// that begins past the last applied index plus one is refused with [ErrGap], and one
	// with a payload that is no command with [ErrInvalid].
	ApplyChunk(ctx context.Context, chunk []Entry) ([]ApplyResult, error)

	// Get returns the value of key; ok is false if there is none.
	Get(ctx context.Context, key []byte) (value []byte, ok bool, err error)
	// GetMulti returns the values of keys in their order, absent ones nil and present
	// ones not, all as of the applied index that it returns.
	GetMulti(ctx context.Context, keys [][]byte) (values [][]byte, applied uint64, err error)
	// ScanPrefix returns the pairs whose keys begin with prefix, in the order of their
	// keys, all as of the applied index that it returns, the revision.
	ScanPrefix(ctx context.Context, prefix []byte) (pairs []KeyValue, revision uint64, err error)
	// EntryTerm returns the term of the applied entry at index; ok is false where the
	// machine does not know it. It knows that of the last applied entry.
	EntryTerm(index uint64) (term uint64, ok bool)
	// Len returns how many keys there are.
	Len() int
	// IsEmpty reports whether there are none.
	IsEmpty() bool

	// LastApplied returns the position that the state stands at; the zero value if
	// nothing was applied.
	LastApplied() LogID
	// UpdateLastApplied moves the position on, past entries that are not for this
	// machine, in memory: until it is persisted or flushed, a crash may undo it. It
	// never moves it back.
	UpdateLastApplied(id LogID)
	// PersistLastApplied moves the position on to id, as UpdateLastApplied does, and
	// makes it durable, with the state that it names.
	PersistLastApplied(ctx context.Context, id LogID) error

	// SnapshotMetadata returns the metadata of the last snapshot; ok is false if there
	// was none.
	SnapshotMetadata() (metadata SnapshotMetadata, ok bool)
	// UpdateSnapshotMetadata replaces the metadata, in memory: until it is persisted or
	// flushed, a crash may undo it.
	UpdateSnapshotMetadata(metadata SnapshotMetadata)
	// PersistSnapshotMetadata replaces the metadata and makes it durable.
	PersistSnapshotMetadata(ctx context.Context, metadata SnapshotMetadata) error

	// GenerateSnapshotData writes the state to a new file at path, from which any
	// machine can be restored, and returns its checksum. The last applied position
	// must be last; otherwise it is refused with [ErrInvalid]. A file that is there is
	// replaced.
	GenerateSnapshotData(ctx context.Context, path string, last LogID) (Checksum, error)
	// ApplySnapshotFromFile replaces the whole state, the last applied position and the
	// metadata of the last snapshot by those of the file at path, all or nothing. A
	// file whose bytes do not have the metadata's checksum, of an unknown version, cut,
	// damaged or of another position than the metadata's is refused with [ErrCorrupt],
	// and one that is behind the last applied index with [ErrStale].
	ApplySnapshotFromFile(ctx context.Context, metadata SnapshotMetadata, path string) error

	// SaveHardState makes durable what the machine must remember: the last applied
	// position with its state, and the metadata of the last snapshot. Term and vote are
	// the MetaStore's.
	SaveHardState(ctx context.Context) error
	// Flush makes every call that returned before it durable.
	Flush(ctx context.Context) error
	// Reset empties the machine: no keys, nothing applied, no snapshot.
	Reset(ctx context.Context) error
	// Close releases the machine's resources. It is called once, after the last other
	// call has returned.
	Close() error
}

// ApplyResult is what one entry did.
type ApplyResult struct {
	Index uint64
	// Succeeded is false for a compare-and-swap that found another value, and for an
	// entry that was applied before.
	Succeeded bool
	// Repeated: the entry was applied before, and what it did then is not kept.
	Repeated bool
}

// KeyValue is one key and its value.
type KeyValue struct {
	Key   []byte
	Value []byte
}

// Checksum is the SHA-256 of a snapshot's file. The zero value is none.
type Checksum [32]byte

// SnapshotMetadata names a snapshot: the last entry that it holds, and the checksum of
// its file.
type SnapshotMetadata struct {
	LastIncluded LogID
	Checksum     Checksum
}

// MachineFactory makes state machines of one kind. Its fields are those of [Factory].
type MachineFactory struct {
	// Name identifies the machine in reports and on the command line.
	Name string
	// Open opens the machine in env, creating it there if env holds none. It is not
	// started. Open is called as [Factory.Open] is.
	Open func(env Env) (StateMachine, error)
	// OpenReadOnly, where a machine has it, opens what is in env without changing
	// anything there, and shows what Open would. It may refuse what Open accepts.
	OpenReadOnly func(env Env) (StateMachine, error)
	// Needs says what Open must be given.
	Needs Needs
	// Program, if not nil, is the path and arguments of a program that runs the machine
	// and speaks the worker protocol (docs/PROTOCOL.md), instead of Open. Needs is
	// NeedsDir then.
	Program []string
}
