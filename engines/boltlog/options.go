package boltlog

import "github.com/ackproof/ackproof/engines/internal/boltstore"

// Options says how to open an engine. The zero value is a durable engine in the current
// directory.
type Options = boltstore.Options

// ErrLocked refuses to open an engine that is open already, in this process or another,
// or is being opened.
var ErrLocked = boltstore.ErrLocked
