package faultfs

import (
	"io/fs"
	"os"
	"path"
	"syscall"
	"time"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/inodes"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/internal/volume"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/spf13/afero"
)

// Disk is a file system in memory that journals what happens to it. It is an
// [afero.Fs] that behaves as the operating system's does on Linux: names, flags,
// offsets, errors, files that live on after their last name is gone. A directory
// is synced by opening it and calling Sync.
//
// Nothing that a Disk does depends on a clock: a file's time is the number of
// the change that it saw last, in seconds. Owners are not kept; permission
// bits are kept and not enforced, as for root.
//
// It differs from Linux where that would only cost: there is no umask and there
// are no set-user-ID or sticky bits, no limit to the length of a path, whose ".."
// takes back what stands before it; a file ends at 64 GiB (EFBIG); a directory has
// no size, is listed in the order of names, and its offset can only be set back to
// 0. Chown and Chtimes check the name and change nothing.
//
// Errors are those of package os: an errno is in the chain where the system
// refuses, and [fault.ErrInjected] besides where a fault does. A Disk is safe for
// use by many goroutines.
type Disk struct {
	vol  *volume.Volume
	open openFiles
}

var _ afero.Fs = (*Disk)(nil)

// NewDisk returns a disk as c says.
func NewDisk(c Config) *Disk { return &Disk{vol: volume.New(c)} }

// Resume returns the disk that a process finds which starts after the journal's
// last event, when the one before it was killed: all is as written, what was
// pending is pending still, faults have counted as far, and the journal goes on.
// The journal has the image and the faults; those of c are not used.
func Resume(c Config, j *journal.Journal) *Disk { return &Disk{vol: volume.Resume(c, j)} }

// Journal returns what happened so far; nil for a disk that does not journal. What
// comes later is not in it.
func (d *Disk) Journal() *journal.Journal { return d.vol.Journal() }

// Image returns what the disk holds now, as if nothing could be lost.
func (d *Disk) Image() *Image { return d.vol.Image() }

// Peek returns what the disk holds now, to be read by whoever is no part of what is tested:
// no fault fires there. It is the disk itself where it has none.
func (d *Disk) Peek() afero.Fs {
	if len(d.Faults()) == 0 {
		return d
	}
	return NewDisk(Config{Image: d.Image(), Unjournaled: true})
}

// Invoke marks in the journal that a call was invoked, and returns the mark's
// time, 0 for a disk that does not journal. Calls are numbered from 1.
func (d *Disk) Invoke(call int) int { return d.vol.Invoke(call) }

// Return marks in the journal that a call returned, and returns the mark's time.
func (d *Disk) Return(call int) int { return d.vol.Return(call) }

// Kill ends the process that uses the disk and returns the disk for the next
// one: nothing is lost and nothing is forced, and the journal goes on there.
// What the killed process still does, in goroutines that do not know that they
// are dead, happens to a copy that nobody sees.
func (d *Disk) Kill() *Disk { return &Disk{vol: d.vol.Kill()} }

// Arm adds a fault, which counts from now on. It is an error if the fault cannot be:
// [fault.ErrText]. Once faults have failed a hundred calls, each further call of the process
// takes a millisecond: who tries again without end does not fill the journal.
func (d *Disk) Arm(f fault.Fault) error { return d.vol.Arm(f) }

// Faults returns how often each fault of the disk's configuration, and each one that
// was armed later, matched and fired so far. After Kill the next process's disk has them,
// and goes on counting. The slice is the caller's.
func (d *Disk) Faults() []fault.Count { return d.vol.FaultCounts() }

// Space is how full a disk is: see [Disk.LimitSpace].
type Space = volume.Space

// LimitSpace lets files grow by that many bytes together from now on, after which the disk is
// full: a write stores what there is space for and then fails with ENOSPC, and so does what
// preallocates more, or makes a file or directory when nothing is left. Each is a fault in
// the journal. What lies within a file's size, or within what was preallocated, takes no
// space; what is removed gives none back. A kill and Resume keep the limit.
func (d *Disk) LimitSpace(bytes int64) { d.vol.LimitSpace(bytes) }

// LiftSpace takes the limit away: there is space again.
func (d *Disk) LiftSpace() { d.vol.LiftSpace() }

// Space returns how full the disk is.
func (d *Disk) Space() Space { return d.vol.Space() }

// Release lets all syncs that are stuck now go on. A sync that a fault with
// [fault.Stuck] is for waits until then, or until the disk is killed, or its gate lets it go
// on; then it goes well, and covers what was written before it began.
func (d *Disk) Release() { d.vol.Release() }

// StuckSyncs returns how many syncs are stuck.
func (d *Disk) StuckSyncs() int { return d.vol.StuckSyncs() }

// SetCaller has the disk journal the stacks that caller returns, not those of the
// goroutines that call its methods: for a disk that is served to another process.
// It is called while the disk is locked, and only if the disk journals stacks; no
// frames say that the stack is not known.
func (d *Disk) SetCaller(caller func() []journal.Frame) { d.vol.SetCaller(caller) }

// Gate decides who goes on where calls of a disk overlap: see [Disk.SetGate].
type Gate = volume.Gate

// SetGate has all further calls but marks and questions about the disk itself pass the
// gate, none if it is nil. A sync has a beginning and an end in the journal then, and
// others may go on between them. The next process's disk after Kill has no gate.
func (d *Disk) SetGate(g Gate) { d.vol.SetGate(g) }

// SetObserver has observer called right after each further call but marks and questions
// about the disk itself, by whoever made the call and without any lock of the disk; none if
// it is nil. The next process's disk after Kill has no observer.
func (d *Disk) SetObserver(observer func()) { d.vol.SetObserver(observer) }

// Inodes returns the disk by inode number, for package fusefs: a kernel asks so.
func (d *Disk) Inodes() *inodes.View { return inodes.New(d.vol) }

// Name returns the name of the kind of file system.
func (d *Disk) Name() string { return "faultfs" }

// Create opens name for reading and writing, making it or emptying it.
func (d *Disk) Create(name string) (afero.File, error) {
	return d.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o666)
}

// Open opens name for reading.
func (d *Disk) Open(name string) (afero.File, error) { return d.OpenFile(name, os.O_RDONLY, 0) }

// OpenFile opens name with the flags of package os. With O_SYNC or O_DSYNC each
// write is followed by an fsync or fdatasync. The file is a [*File].
func (d *Disk) OpenFile(name string, flag int, perm fs.FileMode) (afero.File, error) {
	d.vol.Lock()
	defer d.vol.Unlock()
	at, err := d.vol.Tree.WalkPath(name, linkAtEnd(flag))
	var ino tree.Ino
	if err == nil {
		ino, err = d.inoOf(at, flag, perm)
	}
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	f := &File{vol: d.vol, ino: ino, name: name, flag: flag, handle: d.vol.NewHandle(ino), opened: openFile{path: at.Path}}
	d.open.add(&f.opened)
	return f, nil
}

// linkAtEnd returns what an open with the flags does with a symbolic link.
func linkAtEnd(flag int) tree.LinkAtEnd {
	switch flag & (os.O_CREATE | os.O_EXCL) {
	case os.O_CREATE | os.O_EXCL:
		return tree.LinkItself
	case os.O_CREATE:
		return tree.LinkCreates
	}
	return tree.LinkFollowed
}

// inoOf opens, makes or empties what an open with the flags is of.
func (d *Disk) inoOf(at tree.Place, flag int, perm fs.FileMode) (tree.Ino, error) {
	ino := d.vol.Tree.InoAt(at)
	writes := flag&(os.O_WRONLY|os.O_RDWR) != 0
	switch {
	case ino == 0 && flag&os.O_CREATE == 0:
		return 0, syscall.ENOENT
	case ino == 0:
		return d.vol.Create(at, journal.EventCreate, perm, true)
	case flag&(os.O_CREATE|os.O_EXCL) == os.O_CREATE|os.O_EXCL:
		return 0, syscall.EEXIST
	case d.vol.Tree.Inode(ino).IsDir && (writes || flag&(os.O_CREATE|os.O_TRUNC) != 0):
		return 0, syscall.EISDIR
	}
	return ino, d.vol.Open(volume.File{Ino: ino, Path: at.Path, Restarts: true}, flag&os.O_TRUNC != 0)
}

// Stat describes the file at name.
func (d *Disk) Stat(name string) (fs.FileInfo, error) {
	d.vol.RLock()
	defer d.vol.RUnlock()
	ino, err := d.vol.Tree.Resolve(name)
	if err != nil {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: err}
	}
	return infoOf(path.Base(tree.Clean(name)), ino, d.vol.Tree.Inode(ino)), nil
}

// Chmod sets the permission bits of name. Crashes do not lose them.
func (d *Disk) Chmod(name string, mode fs.FileMode) error {
	return d.change("chmod", name, func() error {
		at, err := d.vol.Tree.Follow(name)
		if err != nil {
			return err
		}
		ino := d.vol.Tree.InoAt(at)
		if ino == 0 {
			return syscall.ENOENT
		}
		d.vol.Chmod(ino, at.Path, mode)
		return nil
	})
}

// Chown checks that name is there; owners are not kept.
func (d *Disk) Chown(name string, _, _ int) error { return d.exists("chown", name) }

// Chtimes checks that name is there; times are counted, not set.
func (d *Disk) Chtimes(name string, _, _ time.Time) error { return d.exists("chtimes", name) }

func (d *Disk) exists(op, name string) error {
	d.vol.RLock()
	defer d.vol.RUnlock()
	_, err := d.vol.Tree.Resolve(name)
	return pathError(op, name, err)
}

// Config says what a disk starts with: an image, faults, how much may be written,
// and what of it is journaled. The zero value is an empty disk that journals.
type Config = volume.Config

// Image is the files and bytes that a disk holds at one moment. It never changes;
// images share what they have in common. The zero value is not an image: see
// [EmptyImage].
type Image = tree.Image

// FileInfo is a name in an image.
type FileInfo = tree.FileInfo

// Patcher changes a directory tree until it holds an image: see [Image.Patch].
type Patcher = tree.Patcher

// Leftover says what kinds of things a crash left in an image: see [Image.Leftover].
type Leftover = tree.Leftover

// EmptyImage returns an image with nothing but a root directory.
func EmptyImage() *Image { return tree.EmptyImage() }

// change makes a change at a path, under the lock, and says which call failed.
func (d *Disk) change(op, name string, change func() error) error {
	d.vol.Lock()
	defer d.vol.Unlock()
	return pathError(op, name, change())
}

func pathError(op, name string, err error) error {
	if err != nil {
		return &fs.PathError{Op: op, Path: name, Err: err}
	}
	return nil
}

// changePair is change for a call with two paths.
func (d *Disk) changePair(op, oldName, newName string, change func() error) error {
	d.vol.Lock()
	defer d.vol.Unlock()
	if err := change(); err != nil {
		return &os.LinkError{Op: op, Old: oldName, New: newName, Err: err}
	}
	return nil
}
