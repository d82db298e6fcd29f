// Package volume is a disk beneath its views: a tree of inodes, the journal of
// what happens to it, and the faults that make calls fail.
//
// A view names files as its callers do, by path or by inode number, finds the
// place in the tree, and has the volume make the change. The volume journals it.
package faultfs

import (
	"slices"
	"sync"
)

// Config says what a disk starts with. The zero value is an empty disk that
// journals.
type Config struct {
	// Image is what the disk holds at first; nil is an empty root directory.
	Image *Image
	// Unjournaled is a disk that forgets what happened to it: faster, for
	// recoveries that are only looked at.
	Unjournaled bool
	// NoStacks leaves the callers' stacks out of the journal.
	NoStacks bool
	// SpaceBytes is how much may be written in all: beyond it writes fail with
	// ENOSPC. The journal keeps every byte that was ever written, so removing files
	// gives nothing back. 0 is 2 GiB.
	SpaceBytes int64
	// Faults make calls fail; the disk's Faults counts them.
	Faults []Fault
	// SyncFailure is what a sync that a fault fails does to the file. Only
	// SyncFailureRevert changes what is read; a profile's own goes with it.
	SyncFailure SyncFailure
}

// volume is what a disk holds and what happened to it. Its lock guards all of it:
// views hold the lock while they look into Tree or call a method, but for those
// that say that they take it.
type volume struct {
	sync.RWMutex
	tree *tree
	rec  *recorder // nil: nothing is journaled
	// changes counts the changes; a file's time is the number of its last one.
	changes int64
	// spaceBytes is how much may still be written.
	spaceBytes int64

	names nameIndex // nil until somebody asks where an inode is

	faults  injector
	failure SyncFailure
	clean   map[Ino]*node // what a failed sync reverts to
}

// spaceBytesMax is how much may be written to a disk that nothing else is said of.
const spaceBytesMax = 2 << 30

// newVolume returns a volume as c says.
func newVolume(c Config) *volume {
	if c.Image == nil {
		c.Image = EmptyImage()
	}
	v := &volume{tree: treeOf(c.Image).thaw(), faults: newInjector(c.Faults), failure: c.SyncFailure, spaceBytes: c.SpaceBytes}
	if v.spaceBytes == 0 {
		v.spaceBytes = spaceBytesMax
	}
	if v.failure == SyncFailureRevert {
		v.clean = map[Ino]*node{}
		for ino, n := range treeOf(c.Image).nodes {
			v.clean[Ino(ino)] = n
		}
	}
	if !c.Unjournaled {
		v.rec = newRecorder(c.Image, v.faults, c.NoStacks)
	}
	return v
}

// journal returns what happened so far; nil for a volume that does not journal.
// It takes the lock.
func (v *volume) journal() *Journal {
	v.RLock()
	defer v.RUnlock()
	if v.rec == nil {
		return nil
	}
	return v.rec.journal()
}

// image returns what the volume holds now, as if nothing could be lost. It takes
// the lock.
func (v *volume) image() *Image {
	v.Lock()
	defer v.Unlock()
	v.tree.settle()
	return newImage(v.tree.freeze())
}

// invoke marks in the journal that a call was invoked, and returns the mark's
// time. It takes the lock, as returned does.
func (v *volume) invoke(call int) int { return v.mark((*recorder).invoke, call) }

// returned marks that a call returned.
func (v *volume) returned(call int) int { return v.mark((*recorder).returned, call) }

func (v *volume) mark(mark func(*recorder, int) int, call int) int {
	v.Lock()
	defer v.Unlock()
	if v.rec == nil {
		return 0
	}
	return mark(v.rec, call)
}

// kill returns the volume for the next process, and leaves the old one without
// journal and faults. It takes the lock.
func (v *volume) kill() *volume {
	v.Lock()
	defer v.Unlock()
	v.tree.settle() // both go on sharing, each under its own lock
	next := &volume{
		tree: v.tree.freeze().thaw(), rec: v.rec, changes: v.changes, spaceBytes: v.spaceBytes, names: slices.Clone(v.names),
		faults: v.faults, failure: v.failure, clean: v.clean,
	}
	v.faults, v.failure, v.clean = nil, 0, nil
	if v.rec != nil {
		v.rec.killed()
	}
	v.rec = nil
	return next
}

// faultCounts returns how often each fault was met so far. It takes the lock.
func (v *volume) faultCounts() []FaultCount {
	v.RLock()
	defer v.RUnlock()
	return slices.Clone(v.faults)
}

// setCaller has the volume journal the stacks that caller returns, not those of
// the goroutines that change it. It takes the lock.
func (v *volume) setCaller(caller func() []Frame) {
	v.Lock()
	defer v.Unlock()
	if v.rec != nil {
		v.rec.setCaller(caller)
	}
}

// fire returns the error of a fault that fails the call, nil for none.
func (v *volume) fire(path string, kinds ...FaultKind) error {
	err, matched := v.faults.fire(path, kinds...)
	if matched && v.rec != nil {
		v.rec.counted(v.faults)
	}
	return err
}

// record journals e, whose data must be the caller's own, and counts it.
func (v *volume) record(e Event) {
	v.changes++
	if v.rec != nil {
		v.rec.add(e)
	}
}

func (v *volume) setMtime(ino Ino) { v.tree.edit(ino).mtime = v.changes }
