package faultfs

import (
	"cmp"
	"io/fs"
	"os"
	"path"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/afero"
)

// Disk is a file system in memory that journals what happens to it. It is an
// [afero.Fs] that behaves as the operating system's does on Linux: names, flags,
// offsets, errors, files that live on after their last name is gone. A directory
// is synced by opening it and calling Sync.
//
// Nothing that a Disk does depends on a clock: a file's time is the number of
// the event that changed it last, in seconds. Owners are not kept; permission
// bits are kept and not enforced, as for root.
//
// It differs from Linux where that would only cost: there is no umask and there
// are no set-user-ID or sticky bits, no limit to the length of a path, whose ".."
// takes back what stands before it; a file ends at 64 GiB (EFBIG); a directory has no size, is listed
// in the order of names, and its offset can only be set back to 0. Chown and
// Chtimes check the name and change nothing.
//
// A Disk is safe for use by many goroutines.
type Disk struct {
	mu   sync.RWMutex
	tree *tree
	rec  *recorder // nil: nothing is journaled
	time int64     // counts changes
	// spaceBytes is how much may still be written.
	spaceBytes int64

	names nameIndex // nil until a call names an inode by its number

	faults  injector
	failure SyncFailure
	clean   map[Ino]*node // what a failed sync reverts to
}

var _ afero.Fs = (*Disk)(nil)

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
	// Faults make calls fail; see [Disk.Faults].
	Faults []Fault
	// SyncFailure is what a sync that a fault fails does to the file. Only
	// SyncFailureRevert changes what is read; a profile's own goes with it.
	SyncFailure SyncFailure
}

// spaceBytesMax is how much may be written to a disk that nothing else is said of.
const spaceBytesMax = 2 << 30

// NewDisk returns a disk as c says.
func NewDisk(c Config) *Disk {
	if c.Image == nil {
		c.Image = EmptyImage()
	}
	d := &Disk{tree: c.Image.tree.thaw(), faults: newInjector(c.Faults), failure: c.SyncFailure, spaceBytes: cmp.Or(c.SpaceBytes, spaceBytesMax)}
	if c.SyncFailure == SyncFailureRevert {
		d.clean = map[Ino]*node{}
		for ino, n := range c.Image.tree.nodes {
			d.clean[Ino(ino)] = n
		}
	}
	if !c.Unjournaled {
		d.rec = newRecorder(c.Image, c.NoStacks)
	}
	return d
}

// Journal returns what happened so far; nil for a disk that does not journal.
func (d *Disk) Journal() *Journal {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if d.rec == nil {
		return nil
	}
	return d.rec.journal()
}

// Image returns what the disk holds now, as if nothing could be lost.
func (d *Disk) Image() *Image {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tree.settle()
	return newImage(d.tree.freeze())
}

// Invoke marks in the journal that a call was invoked, and returns the mark's
// time.
func (d *Disk) Invoke(call int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.rec == nil {
		return 0
	}
	d.rec.invoke(call)
	return len(d.rec.events) - 1
}

// Return marks in the journal that a call returned, and returns the mark's time.
func (d *Disk) Return(call int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.rec == nil {
		return 0
	}
	d.rec.returned(call)
	return len(d.rec.events) - 1
}

// Kill ends the process that uses the disk and returns the disk for the next
// one: nothing is lost and nothing is forced, and the journal goes on there.
// What the killed process still does, in goroutines that do not know that they
// are dead, happens to a copy that nobody sees.
func (d *Disk) Kill() *Disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tree.settle() // both go on sharing, each under its own lock
	next := &Disk{
		tree: d.tree.freeze().thaw(), rec: d.rec, time: d.time, spaceBytes: d.spaceBytes, names: slices.Clone(d.names),
		faults: d.faults, failure: d.failure, clean: d.clean,
	}
	d.faults, d.failure, d.clean = nil, 0, nil
	if d.rec != nil {
		d.rec.inFlight = nil
		d.rec.events = append(d.rec.events, Event{Kind: EventKill})
	}
	d.rec = nil
	return next
}

// Faults tells how often each fault of the disk's configuration was met so far.
// After Kill the next process's disk has them, and goes on counting.
func (d *Disk) Faults() []FaultCount {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return slices.Clone(d.faults)
}

// record journals e, whose data must be the caller's own, and counts it.
func (d *Disk) record(e Event) {
	d.time++
	if d.rec != nil {
		d.rec.add(e)
	}
}

// Name returns the name of the kind of file system.
func (d *Disk) Name() string { return "faultfs" }

// Create opens name for reading and writing, making it or emptying it.
func (d *Disk) Create(name string) (afero.File, error) {
	return d.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o666)
}

// Open opens name for reading.
func (d *Disk) Open(name string) (afero.File, error) { return d.OpenFile(name, os.O_RDONLY, 0) }

// OpenFile opens name with the flags of package os. With O_SYNC every write is
// followed by a sync.
func (d *Disk) OpenFile(name string, flag int, perm fs.FileMode) (afero.File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	at, err := d.tree.walkPath(name, flag&(os.O_CREATE|os.O_EXCL) != os.O_CREATE|os.O_EXCL)
	var ino Ino
	if err == nil {
		ino, err = d.open(at, flag, perm)
	}
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return &File{disk: d, ino: ino, name: name, path: at.path, flag: flag}, nil
}

func (d *Disk) open(at place, flag int, perm fs.FileMode) (Ino, error) {
	ino := d.tree.inoAt(at)
	writes := flag&(os.O_WRONLY|os.O_RDWR) != 0
	switch {
	case ino == 0 && flag&os.O_CREATE == 0:
		return 0, syscall.ENOENT
	case ino == 0:
		return d.create(at, EventCreate, perm), nil
	case flag&(os.O_CREATE|os.O_EXCL) == os.O_CREATE|os.O_EXCL:
		return 0, syscall.EEXIST
	case d.tree.at(ino).isDir && (writes || flag&(os.O_CREATE|os.O_TRUNC) != 0):
		return 0, syscall.EISDIR
	case flag&os.O_TRUNC != 0 && d.tree.at(ino).size != 0:
		d.resize(ino, at.path, 0)
	}
	return ino, nil
}

// create makes a file or directory that is not there yet.
func (d *Disk) create(at place, kind EventKind, perm fs.FileMode) Ino {
	ino := d.tree.add(kind == EventMkdir, perm.Perm())
	d.setName(at.dir, at.name, ino)
	d.record(Event{Kind: kind, Ino: ino, Dir: at.dir, Path: at.path, Mode: perm.Perm()})
	d.touch(ino)
	d.touch(at.dir)
	return ino
}

func (d *Disk) resize(ino Ino, path string, size int64) {
	d.tree.resize(ino, size)
	d.record(Event{Kind: EventResize, Ino: ino, Path: path, Off: size})
	d.touch(ino)
}

// resize sets a file's size, with zeros where it grows.
func (t *tree) resize(ino Ino, size int64) {
	n := t.edit(ino)
	if size < n.size {
		n.cut(size)
	}
	n.size = size
}

func (d *Disk) touch(ino Ino) { d.tree.edit(ino).mtime = d.time }

// Stat describes the file at name.
func (d *Disk) Stat(name string) (fs.FileInfo, error) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	ino, err := d.tree.resolve(name)
	if err != nil {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: err}
	}
	return d.info(path.Base(clean(name)), ino), nil
}

// Chmod sets the permission bits of name. Crashes do not lose them.
func (d *Disk) Chmod(name string, mode fs.FileMode) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	at, err := d.tree.follow(name)
	if err == nil && d.tree.inoAt(at) == 0 {
		err = syscall.ENOENT
	}
	if err != nil {
		return &fs.PathError{Op: "chmod", Path: name, Err: err}
	}
	d.chmod(d.tree.inoAt(at), at.path, mode)
	return nil
}

func (d *Disk) chmod(ino Ino, path string, mode fs.FileMode) {
	d.tree.edit(ino).mode = mode.Perm()
	d.record(Event{Kind: EventChmod, Ino: ino, Path: path, Mode: mode.Perm()})
}

// Chown checks that name is there; owners are not kept.
func (d *Disk) Chown(name string, _, _ int) error { return d.exists("chown", name) }

// Chtimes checks that name is there; times are counted, not set.
func (d *Disk) Chtimes(name string, _, _ time.Time) error { return d.exists("chtimes", name) }

func (d *Disk) exists(op, name string) error {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if _, err := d.tree.resolve(name); err != nil {
		return &fs.PathError{Op: op, Path: name, Err: err}
	}
	return nil
}
