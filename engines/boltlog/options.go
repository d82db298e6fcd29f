package boltlog

import "errors"

// Options says how to open an engine. The zero value is a durable engine in the
// current directory.
type Options struct {
	// Dir is the engine's directory on the real file system. It must exist.
	Dir string
	// NoSync leaves all writes to the next Flush. What a power failure leaves then
	// may be unreadable; see the package comment.
	NoSync bool
	// ReadOnly opens what is there and changes nothing. A directory without an
	// engine is refused, and so is every change.
	ReadOnly bool
	// Plain leaves creating and opening the file to bbolt alone, without the
	// engine's own care for names and for what a killed process left. It is there
	// to show what that care is for.
	Plain bool
}

// ErrLocked refuses to open an engine that is open already, in this process or
// another, or is being opened.
var ErrLocked = errors.New("engine is open already")
