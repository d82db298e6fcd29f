package boltstore

import (
	"errors"
	"time"

	"go.etcd.io/bbolt"
)

// Options says how to open a file. The zero value is a durable one in the current
// directory.
type Options struct {
	// Dir is the file's directory on the real file system. It must exist.
	Dir string
	// NoSync leaves all writes to the next Flush. What a power failure leaves then
	// may be unreadable; see the package comment.
	NoSync bool
	// ReadOnly opens what is there and changes nothing. A directory without the
	// file is refused, and so is every change.
	ReadOnly bool
	// Plain leaves creating and opening the file to bbolt alone, without the
	// package's own care for names and for what a killed process left. It is there
	// to show what that care is for.
	Plain bool
}

// ErrLocked refuses to open an engine that is open already, in this process or
// another, or is being opened.
var ErrLocked = errors.New("engine is open already")

// bolt returns bbolt's options. None of them weakens durability but NoSync.
func (o Options) bolt() *bbolt.Options {
	const (
		// A leaked lock is an error, not a hang. Long enough for a process that is
		// just ending.
		lockTimeout = 200 * time.Millisecond
		// Fixed, so that the same calls make the same file on every machine; by
		// default it is the operating system's.
		pageSizeBytes = 4096
	)
	return &bbolt.Options{
		NoSync:   o.NoSync,
		ReadOnly: o.ReadOnly,
		Timeout:  lockTimeout,
		PageSize: pageSizeBytes,
		// The other type takes free pages in the order of a Go map. This one takes
		// the lowest that fit, so that the file stays short and repeats.
		FreelistType: bbolt.FreelistArrayType,
		// The list of free pages is written with each transaction. Without that,
		// an open would walk the whole tree to find them.
		NoFreelistSync: false,
		// A read-only open looks at that list as well, so that a list which an
		// ordinary open would fail at does not go unseen.
		PreLoadFreelist: true,
		// The size is synced when the file grows, before a page beyond the old end
		// is written.
		NoGrowSync: false,
		// The map begins as large as the file and doubles. As the file grows to the
		// size of its map, a larger one would make every small file a large one.
		InitialMmapSize: 0,
		// Nobody reads them, and each transaction takes two locks for them.
		NoStatistics: true,
	}
}
