package engines

import "errors"

// Errors that an engine returns wrapped, with what it got and what it wanted.
var (
	// ErrGap refuses a batch that would leave a hole after the last entry.
	ErrGap = errors.New("gap in log")
	// ErrCompacted refuses a change at or below the purge boundary.
	ErrCompacted = errors.New("position was purged")
	// ErrInvalid refuses a call that makes no sense for any log: an entry with
	// index 0, or a batch whose indexes are not consecutive.
	ErrInvalid = errors.New("invalid argument")
	// ErrClosed refuses a call after Close.
	ErrClosed = errors.New("engine is closed")
	// ErrCorrupt reports stored bytes that no crash alone can have left.
	ErrCorrupt = errors.New("stored data is corrupt")
	// ErrStopped refuses a call to a state machine that is not started.
	ErrStopped = errors.New("state machine is not started")
	// ErrStale refuses a snapshot that is behind what was applied.
	ErrStale = errors.New("snapshot is behind the state")
)
