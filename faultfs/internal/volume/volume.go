// Package volume is a disk beneath its views: a tree of inodes, the journal of
// what happens to it, and the faults that make calls fail.
//
// A view names files as its callers do, by path or by inode number, finds the
// place in the tree, and has the volume make the change. The volume journals it.
package volume

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/journal"
)

// Config says what a disk starts with. The zero value is an empty disk that
// journals.
type Config struct {
	// Image is what the disk holds at first; nil is an empty root directory.
	Image *tree.Image
	// Disks are directories of the image at which other disks are mounted, by path: a
	// rename or a link from one to another is EXDEV, and a mount point is EBUSY.
	Disks []string
	// Unjournaled is a disk that forgets what happened to it: faster, for
	// recoveries that are only looked at.
	Unjournaled bool
	// NoStacks leaves the callers' stacks out of the journal.
	NoStacks bool
	// SpaceBytes is how much may be written in all: beyond it writes fail with
	// ENOSPC. The journal keeps every byte that was ever written, so removing files
	// gives nothing back. 0 is [SpaceBytes].
	SpaceBytes int64
	// Faults make calls fail; the disk's Faults counts them.
	Faults []fault.Fault
	// SyncFailure is what a sync that a fault fails does to the file. Only
	// SyncFailureRevert and SyncFailureLost change what is read; a profile's own goes with
	// it.
	SyncFailure fault.SyncFailure
	// SyncReport is who is told of such a sync, besides who made it.
	SyncReport fault.SyncReport
}

// Volume is what a disk holds and what happened to it. Its lock guards all of it:
// views hold the lock while they look into Tree or call a method, but for those
// that say that they take it.
type Volume struct {
	sync.RWMutex
	// Tree is what the disk holds. Views read it; the methods below change it.
	Tree *tree.Tree
	rec  *journal.Recorder // nil: nothing is journaled
	// changes counts the changes; a file's time is the number of its last one.
	changes int64
	// allSynced is how many events there were when all was synced last.
	allSynced int
	// spaceBytes is how much may still be written.
	spaceBytes int64

	names   nameIndex // nil until somebody asks where an inode is
	devices tree.Devices

	gate     atomic.Pointer[Gate]   // nil: nobody waits
	observer atomic.Pointer[func()] // nil: nobody is told

	faults fault.Injector
	// hasFaults says that there are faults, to who does not have the lock.
	hasFaults atomic.Bool
	failure   fault.SyncFailure
	report    fault.SyncReport
	failures  map[tree.Ino]failure // syncs of which others are told

	released chan struct{} // closed when stuck syncs may go on; nil while there is none
	stuck    int           // syncs that are

	space    Space
	reserved map[tree.Ino]int64 // where what was preallocated ends

	clean map[tree.Ino]*tree.Node // what a failed sync reverts to

	failed atomic.Int64 // calls that faults failed
}

// An engine that tries again at once, for as long as a call fails, fills a journal without
// end. So each call on a disk takes a while once many have failed, as on a real one.
const (
	failedBeforeSlow = 100
	slowCall         = time.Millisecond
)

// SpaceBytes is how much may be written if the configuration does not say. Where
// engines recover there is at least as much.
const SpaceBytes = 3 << 30

// New returns a volume as c says.
func New(c Config) *Volume {
	if c.Image == nil {
		c.Image = tree.EmptyImage()
	}
	v := &Volume{Tree: tree.Of(c.Image).Thaw(), faults: fault.NewInjector(c.Faults), failure: c.SyncFailure, report: c.SyncReport, spaceBytes: c.SpaceBytes}
	v.devices = v.Tree.Devices(c.Disks)
	if v.spaceBytes == 0 {
		v.spaceBytes = SpaceBytes
	}
	if v.failure.ChangesReads() {
		v.clean = map[tree.Ino]*tree.Node{}
		for ino, n := range tree.Of(c.Image).Nodes {
			v.clean[tree.Ino(ino)] = n
		}
	}
	v.hasFaults.Store(len(c.Faults) > 0)
	if !c.Unjournaled {
		v.rec = journal.NewRecorder(c.Image, c.NoStacks)
		for _, f := range c.Faults {
			v.rec.Arm(f)
		}
	}
	return v
}

// Journal returns what happened so far; nil for a volume that does not journal.
// It takes the lock.
func (v *Volume) Journal() *journal.Journal {
	v.RWMutex.Lock()
	defer v.RWMutex.Unlock()
	if v.rec == nil {
		return nil
	}
	return v.rec.Journal()
}

// Image returns what the volume holds now, as if nothing could be lost. It takes
// the lock.
func (v *Volume) Image() *tree.Image {
	v.RWMutex.Lock()
	defer v.RWMutex.Unlock()
	v.Tree.SumPages()
	return tree.NewImage(v.Tree.Freeze())
}

// FreeBytes returns how much may still be written. It takes the lock.
func (v *Volume) FreeBytes() int64 {
	v.RWMutex.RLock()
	defer v.RWMutex.RUnlock()
	if v.space.Limited {
		return min(v.spaceBytes, v.space.LeftBytes)
	}
	return v.spaceBytes
}

// Invoke marks in the journal that a call was invoked, and returns the mark's
// time, 0 without a journal. It takes the lock, as Return does.
func (v *Volume) Invoke(call int) int { return v.mark((*journal.Recorder).Invoke, call) }

// Return marks in the journal that a call returned, and returns the mark's time.
func (v *Volume) Return(call int) int { return v.mark((*journal.Recorder).Return, call) }

// Marks returns how many marks the journal has; 0 where there is none. The lock is held.
func (v *Volume) Marks() int {
	if v.rec == nil {
		return 0
	}
	return v.rec.Marks()
}

func (v *Volume) mark(mark func(*journal.Recorder, int) int, call int) int {
	v.RWMutex.Lock()
	defer v.RWMutex.Unlock()
	if v.rec == nil {
		return 0
	}
	return mark(v.rec, call)
}

// SetCaller has the volume journal the stacks that caller returns, not those of
// the goroutines that change it. It takes the lock.
func (v *Volume) SetCaller(caller func() []journal.Frame) {
	v.RWMutex.Lock()
	defer v.RWMutex.Unlock()
	if v.rec != nil {
		v.rec.SetCaller(caller)
	}
}

// Record journals e, whose data must be the caller's own, and counts it.
func (v *Volume) Record(e journal.Event) {
	v.changes++
	if e.IsFault() {
		v.failed.Add(1)
	}
	if v.rec != nil {
		v.rec.Add(e)
	}
}

func (v *Volume) setMtime(ino tree.Ino) { v.Tree.Edit(ino).Mtime = v.changes }

// nameIndex holds by inode where it is and how many names it has. A volume keeps
// one once a call has named an inode by its number: paths know where they are.
type nameIndex []inodeNames

type inodeNames struct {
	dir   tree.Ino // 0 if it never had a name that the volume knows of
	name  string   // by which it was last made, looked up or moved
	links int
	// unnamed is a file that was made without a name and may be given one.
	unnamed bool
}
