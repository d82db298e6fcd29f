package fusefs

import "github.com/ackproof/ackproof/faultfs/journal"

// PendingSync is a call of fsync, fdatasync or msync that did not enter the kernel yet.
type PendingSync struct {
	// Ino is the file or directory.
	Ino journal.Ino
	// DataOnly is that of the FSYNC request that will follow, Thread its header's Pid; 0
	// if that is not known.
	DataOnly bool
	Thread   uint32
	// Gone is closed when the process is dead.
	Gone <-chan struct{}
	// Released, if it is not nil, says that a fault has the sync stuck: it goes on once that
	// is closed, or sooner. The gate was asked before, when the sync began.
	Released <-chan struct{}
}

// SyncGate is asked before a sync enters the kernel, in a goroutine of its own; the call
// waits until it returns, and others go on. It returns at once when s.Gone is closed.
// A call that was interrupted by a signal may come twice (before Linux 5.19). If
// dropped is not nil it is called when the call's thread was killed meanwhile, so that
// no request follows.
type SyncGate func(s PendingSync) (dropped func())
