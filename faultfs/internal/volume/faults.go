package volume

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/journal"
)

// File is a file or directory that a call is for, as who calls knows it.
type File struct {
	Ino tree.Ino // 0 if it is not there yet
	// Path is its name in the journal.
	Path string
	// Handle is the opening of the file that the call is made through, nil if nobody knows.
	Handle *Handle
	// Restarts says that package os makes the call, which begins it again where a
	// signal interrupted it.
	Restarts bool
}

// Call is a call that a fault may fail.
type Call struct {
	Kind fault.Call
	File
	// ToPath is the other name of a rename or a link.
	ToPath string
}

// Arm adds a fault, which counts from now on: [fault.ErrText] for one that cannot be.
// It takes the lock.
func (v *Volume) Arm(f fault.Fault) error {
	if err := f.Check(); err != nil {
		return err
	}
	v.RWMutex.Lock()
	defer v.RWMutex.Unlock()
	v.faults = append(slices.Clip(v.faults), fault.Count{Fault: f})
	v.hasFaults.Store(true)
	if v.rec != nil {
		v.rec.Arm(f)
	}
	return nil
}

// FaultCounts returns how often each fault matched and fired so far. It takes the
// lock; the slice is the caller's.
func (v *Volume) FaultCounts() []fault.Count {
	v.RWMutex.RLock()
	defer v.RWMutex.RUnlock()
	return slices.Clone(v.faults)
}

// HasFaults reports whether a fault may fail a call. It needs no lock.
func (v *Volume) HasFaults() bool { return v.hasFaults.Load() }

// Attempt makes a call that would go well, unless a fault fails it: then the error is
// the fault's, and the journal has it. What do makes is the call's File.
func (v *Volume) Attempt(c *Call, do func()) error {
	f, fails := v.fire(c)
	if !fails {
		do()
		return nil
	}
	restarts := f.Error == fault.EINTR && c.Restarts
	if f.Lands {
		do()
	}
	v.noteFault(c, f.Error, f.Lands)
	if restarts {
		do()
		return nil
	}
	return f.Error.Err()
}

// fire counts a call that would go well, and returns the fault that fails it.
func (v *Volume) fire(c *Call) (f fault.Fault, fails bool) {
	if len(v.faults) == 0 {
		return fault.Fault{}, false
	}
	var fired *fault.Fault
	var matched bool
	if c.ToPath == "" {
		fired, matched = v.faults.Fire(c.Kind, c.Path)
	} else {
		fired, matched = v.faults.Fire(c.Kind, c.Path, c.ToPath)
	}
	if matched && v.rec != nil {
		v.rec.CountFaults(v.faults, fired != nil || c.isJournaled())
	}
	if fired == nil {
		return fault.Fault{}, false
	}
	return *fired, true
}

// isJournaled reports whether the call has an event though no fault fails it.
func (c *Call) isJournaled() bool {
	switch c.Kind {
	case fault.Open, fault.Read, fault.ReadDir, fault.Close:
		return false
	}
	return true
}

// noteFault journals that a call failed.
func (v *Volume) noteFault(c *Call, e fault.Error, lands bool) {
	v.Record(c.event(e, lands))
}

// event returns what the journal says of the call when it failed.
func (c *Call) event(e fault.Error, lands bool) journal.Event {
	return journal.Event{Kind: journal.EventFault, Ino: c.Ino, Path: c.Path, ToPath: c.ToPath, Failed: c.Kind, Error: e, Lands: lands}
}
