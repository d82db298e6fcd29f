package fault

import (
	"errors"
	"fmt"
	"slices"
	"syscall"
)

// ErrText reports the text of a fault that cannot be read.
var ErrText = errors.New("bad fault")

// Call is a file-system call that a fault makes fail.
type Call uint8

const (
	// AnyCall is any of those below that can fail as the fault says.
	AnyCall Call = iota
	// Open opens a file or directory that is there.
	Open
	// Create makes a file and opens it.
	Create
	// Read reads from a file.
	Read
	// Write writes to a file.
	Write
	// Fsync is fsync of a file.
	Fsync
	// Fdatasync is fdatasync of a file.
	Fdatasync
	// FsyncDir is fsync or fdatasync of a directory.
	FsyncDir
	// Truncate sets a file's size.
	Truncate
	// Rename gives a file or directory another name; a link and a symbolic link are
	// counted as such.
	Rename
	// Remove takes a name away.
	Remove
	// Mkdir makes a directory.
	Mkdir
	// ReadDir lists a directory.
	ReadDir
	// Close closes a file.
	Close
	// Fallocate reserves space or makes zeros.
	Fallocate
)

// Error is what a call that fails says.
type Error uint8

const (
	// EIO is an input or output error.
	EIO Error = iota
	// ENOSPC says that the device is full.
	ENOSPC
	// EDQUOT says that the user may not have more space.
	EDQUOT
	// EMFILE says that the process has too many files open.
	EMFILE
	// EINTR says that a signal came first: nothing was done.
	EINTR
	// ShortWrite is a write that writes the first half, rounded down, and says so. Package
	// os goes on with the rest; where it is not between, ENOSPC comes with the count.
	ShortWrite
	// Stuck is none: the sync does not return until the disk is told to let it, and then
	// goes well.
	Stuck
)

type errorRow struct {
	name  string
	errno syscall.Errno
	calls []Call // that can say so (their manual pages in section 2)
}

var errorTable = []errorRow{
	EIO:    {"EIO", syscall.EIO, []Call{Open, Create, Read, Write, Fsync, Fdatasync, FsyncDir, Truncate, Rename, Remove, Mkdir, ReadDir, Close, Fallocate}},
	ENOSPC: {"ENOSPC", syscall.ENOSPC, []Call{Create, Write, Fsync, Fdatasync, FsyncDir, Rename, Mkdir, Close, Fallocate}},
	EDQUOT: {"EDQUOT", syscall.EDQUOT, []Call{Create, Write, Fsync, Fdatasync, FsyncDir, Rename, Mkdir, Close, Fallocate}},
	EMFILE: {"EMFILE", syscall.EMFILE, []Call{Open, Create}},
	EINTR:  {"EINTR", syscall.EINTR, []Call{Open, Create, Read, Write, Fsync, Fdatasync, FsyncDir, Truncate, Close, Fallocate}},

	ShortWrite: {"short", syscall.ENOSPC, []Call{Write}},
	Stuck:      {"stuck", 0, []Call{Fsync, Fdatasync, FsyncDir}},
}

var callNames = []string{
	AnyCall: "call", Open: "open", Create: "create", Read: "read", Write: "write",
	Fsync: "fsync", Fdatasync: "fdatasync", FsyncDir: "fsync-dir", Truncate: "truncate",
	Rename: "rename", Remove: "remove", Mkdir: "mkdir", ReadDir: "readdir", Close: "close", Fallocate: "fallocate",
}

// Calls returns all calls but AnyCall, in a fixed order.
func Calls() []Call {
	var out []Call
	for c := Open; int(c) < len(callNames); c++ {
		out = append(out, c)
	}
	return out
}

// Errors returns all errors that a call can return with, in a fixed order: all but Stuck.
func Errors() []Error {
	var out []Error
	for e := EIO; e < Stuck; e++ {
		out = append(out, e)
	}
	return out
}

// String returns the word for c, "unknown" for none of these.
func (c Call) String() string {
	if int(c) < len(callNames) {
		return callNames[c]
	}
	return "unknown"
}

// MarshalText returns the word.
func (c Call) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads the word; any other text is [ErrText].
func (c *Call) UnmarshalText(text []byte) error {
	i := slices.Index(callNames, string(text))
	if i < 0 {
		return fmt.Errorf("%w: unknown call %q, want one of %v", ErrText, text, callNames)
	}
	*c = Call(i)
	return nil
}

// IsSync reports whether c is fsync or fdatasync, of a file or a directory.
func (c Call) IsSync() bool { return c == Fsync || c == Fdatasync || c == FsyncDir }

// Can reports whether c can fail with e; AnyCall can with all.
func (c Call) Can(e Error) bool {
	return int(e) < len(errorTable) && (c == AnyCall || slices.Contains(errorTable[e].calls, c))
}

// String returns the errno's name, "short" for ShortWrite and "unknown" for none of these.
func (e Error) String() string {
	if int(e) < len(errorTable) {
		return errorTable[e].name
	}
	return "unknown"
}

// MarshalText returns the name.
func (e Error) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText reads the name; any other text is [ErrText].
func (e *Error) UnmarshalText(text []byte) error {
	i := slices.IndexFunc(errorTable, func(r errorRow) bool { return r.name == string(text) })
	if i < 0 {
		return fmt.Errorf("%w: unknown error %q, want one of %v", ErrText, text, append(Errors(), Stuck))
	}
	*e = Error(i)
	return nil
}

// Errno returns what the operating system says, 0 for Stuck.
func (e Error) Errno() syscall.Errno { return errorTable[e].errno }

// ErrInjected is in the chain of every error that a [Fault] made, beside the
// errno that the operating system would have returned.
var ErrInjected = errors.New("injected fault")

// Err returns e as an error, with ErrInjected in its chain.
func (e Error) Err() error { return fmt.Errorf("%w: %w", ErrInjected, e.Errno()) }
