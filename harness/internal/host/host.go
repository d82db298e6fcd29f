// Package host knows where an engine runs: in this process, on disks in memory, or
// in worker processes, on disks that a kernel serves. Nobody else asks.
package host

import (
	"errors"
	"fmt"
	"path"
	"time"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/coverage"
	"github.com/ackproof/ackproof/harness/internal/schedule"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/models"
)

// Host runs the engines of one factory. It is safe for concurrent use.
type Host interface {
	// Boot returns a machine with a new disk as c says.
	Boot(c faultfs.Config) Machine
	// Resume returns a machine whose disk goes on behind the journal, after a kill.
	Resume(c faultfs.Config, j *journal.Journal) Machine
	// Recoveries returns a place where the engine recovers from images.
	Recoveries() Recoveries
	// Within returns the same host with other limits for the machines and recoveries
	// that it returns. Either of the two is closed, not both.
	Within(l Limits) Host
	// With returns the host with its factory changed, and reports whether it can: only
	// for engines in this process.
	With(change func(subject.Factory) subject.Factory) (Host, bool)
	// Reader returns the host of the engines that open what a power failure or a clean close
	// left, and reports whether it is another than this one.
	Reader() (Host, bool)
	// TakesOver reports whether the reader is another engine that is held to the same, so that
	// it may go on within a life.
	TakesOver() bool
	// CheapStacks reports whether a stack costs little beside the event that it is of.
	CheapStacks() bool
	// NotSeen says which of an engine's calls cannot be seen here, and why; "" if all can.
	NotSeen() string
	// NotTried says which faults an engine here is never put to, and why; "" if there are
	// none: Cancels and Sticks tell them apart.
	NotTried() string
	// Cancels reports whether calls of an engine can be cancelled.
	Cancels() bool
	// Sticks reports whether a sync of an engine can be stuck while others go on.
	Sticks() bool
	// Kind is that of its engines.
	Kind() *subject.Kind
	// Close ends all processes. Nothing of the host may be in use.
	Close()
}

// Machine is a disk and the engine that runs on it. It is for one goroutine.
type Machine interface {
	FaultyDisk
	// Open opens the engine on the disk and reads all that it shows. A failure on the
	// way is part of the result.
	Open() *models.Recovered
	// Contract says what the open engine is held to.
	Contract() models.Contract
	// Call makes a call. One that does not return has a Failure, and the engine is not
	// to be touched again.
	Call(r Request) Answer
	// Together runs clients beside each other, each on a goroutine of its own, until
	// all have returned. The seed draws who goes on when, as far as the engine's calls of
	// its disk can be made to wait. It returns how that failed, nil if it did not.
	Together(seed uint64, clients []func(Caller)) *CallFailure
	// Usage returns what the engine's directory takes. No fault fires, and no event comes of
	// it.
	Usage() *models.Usage
	// Hold has a sync of this process take long that has not begun.
	Hold(h schedule.Hold)
	// CloseEngine closes the engine cleanly.
	CloseEngine() error
	// Left returns what is left of the engine that was closed last, without an error, each
	// in a few words: nil if that is nothing, or if nothing is promised of it.
	Left() []string
	// Kill ends the engine's process. The disk and its journal go on.
	Kill()
	// PowerOff leaves the engine as a power failure does.
	PowerOff()
	// Invoke and Return mark a call in the journal, and return the marks' times.
	Invoke(call int) int
	Return(call int) int
	// Journal returns what happened to the disk so far.
	Journal() *journal.Journal
	// Log returns what the engine wrote to standard error since the last Log, if it
	// runs in a process of its own.
	Log() string
	// Close closes what is left open, and does not wait long for engines that do not
	// end. Nothing shows what dead engines still write.
	Close()
}

// FaultyDisk is what can go wrong with a machine's disk, as [faultfs.Disk] says it. It is
// the device's: killing the engine's process changes none of it.
type FaultyDisk interface {
	// Arm adds a fault, which counts from now on.
	Arm(f fault.Fault) error
	// LimitSpace lets files grow by that many bytes together from now on.
	LimitSpace(bytes int64)
	// LiftSpace takes the limit away.
	LiftSpace()
	// Release lets all syncs that are stuck now go on. One goes on before that if nobody
	// else of the process can.
	Release()
	// Space returns how full the disk is.
	Space() faultfs.Space
	// Faults returns how often each fault matched and fired so far.
	Faults() []fault.Count
	// DropCache has the kernel forget what it has read, as it may at any time: a read of its
	// cache never fails. A disk in memory has none.
	DropCache()
	// Damage changes bytes of a file, as [faultfs.Disk.Damage] does. A kernel may still have
	// them as they were.
	Damage(path string, off int64, data []byte) error
	// Image returns what the disk holds.
	Image() *faultfs.Image
	// SetObserver has observer called right after each call of this process, in no lock;
	// none if it is nil.
	SetObserver(observer func())
}

// Request is a call to make of an engine.
type Request struct {
	Op models.Op
	// Input is what the engine needs for it beside Op.
	Input any
	// CancelAfter ends the call's context right after that many calls of the disk while
	// it runs; 0 does not. Where [Host.NotTried] says so it is not looked at.
	CancelAfter int
}

// Answer is what came of a call.
type Answer struct {
	Result models.Result
	// Cancelled says that the call's context ended while it ran.
	Cancelled bool
	// BesideStuck says of a call that reads that a sync of another was stuck when it
	// returned, Blocked that it could not return before one was let go.
	BesideStuck, Blocked bool
}

// Caller makes a call of an engine.
type Caller func(r Request) Answer

// Recoveries lets the engine recover from images. It is for one goroutine.
type Recoveries interface {
	// Recover opens the engine on the image, reads everything, appends an entry
	// and reads it back, closes, and does the same again. A panic, a hang or an
	// error on the way is part of the result.
	Recover(image *faultfs.Image) *models.Recovered
	// Restore does the same with an engine that is asked, each time it opens, to start over
	// from a file beside its directory that calls wrote. Ok is false if there is none such.
	Restore(image *faultfs.Image, file string, calls models.History) (_ *models.Recovered, ok bool)
	// Shows reports whether the engine can be opened read-only.
	Shows() bool
	// StartPreview begins a preview of the image: what the engine shows when it is opened
	// read-only, or a whole recovery. At most PreviewsMax may be under way.
	StartPreview(image *faultfs.Image, whole bool)
	PreviewsMax() int
	// FinishPreview ends the oldest preview.
	FinishPreview() Preview
	// DropPreviews ends all previews, at the end of time too.
	DropPreviews()
	Close()
}

// Preview is what an engine shows of an image before its turn.
type Preview struct {
	// View is the key of what the engine showed, if OK: it may be that the engine
	// cannot open read-only, or not this image.
	View models.Digest
	OK   bool
	// Whole is what came of a whole recovery, if that was asked for.
	Whole *models.Recovered
}

// Options say how engines run.
type Options struct {
	// HangAfter and Done are the host's [Limits], for its start too.
	HangAfter time.Duration
	Done      <-chan struct{}
	// Disks are directories, made before the first open, at which other disks are
	// mounted.
	Disks []string
	// Writeback is how often stores through memory maps are forced out; 0 is never.
	Writeback time.Duration
	// Test is the test that a worker must run to come to the factory, "" for none.
	Test string
	// PreviewsMax is how many previews may be under way in one worker; 0 is the
	// default. No outcome depends on it.
	PreviewsMax int
	// Coverage, if not nil, collects what runs while engines open on images.
	Coverage *coverage.Recorder
}

func (o Options) limits() Limits { return Limits{HangAfter: o.HangAfter, Done: o.Done} }

// EngineDir is where engines live.
const EngineDir = evidence.EngineDir

// ErrNotRun reports an engine that needs a real directory, on a machine that cannot
// make one that loses power. Nothing was explored, so nothing is known of the engine.
var ErrNotRun = errors.New("not run")

// notRun says that the factory's engines cannot run here, and why.
func notRun(f subject.Factory, why error) error {
	return fmt.Errorf("engine %s %w: %w", f.Name, ErrNotRun, why)
}

// BlankImage returns what a disk holds before an engine ever ran: its directory, empty,
// and those at which other disks are mounted.
func BlankImage(disks ...string) *faultfs.Image {
	d := faultfs.NewDisk(faultfs.Config{Unjournaled: true})
	for _, dir := range append([]string{EngineDir}, disks...) {
		if err := d.MkdirAll(dir, 0o755); err != nil {
			panic(err)
		}
	}
	return d.Image()
}

// BareImage returns what a disk holds where the engine's directory is missing: the one
// above it.
func BareImage() *faultfs.Image {
	d := faultfs.NewDisk(faultfs.Config{Unjournaled: true})
	if err := d.MkdirAll(path.Dir(EngineDir), 0o755); err != nil {
		panic(err)
	}
	return d.Image()
}
