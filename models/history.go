package models

import "github.com/ackproof/ackproof/engines"

// Pending is the Returned time of a call that never returned.
const Pending = 0

// Call is one operation that ran.
type Call struct {
	// ID counts calls from 1; journals, verdicts and reports cite it.
	ID int
	// Client is the goroutine that called: 0 the writer, others flush or read.
	Client int
	Op     Op
	Result Result
	// Invoked and Returned are times on the one logical clock that journals and
	// histories share. A call acts at some time between them.
	Invoked, Returned int
	// Faulted says that a fault fired while the call ran, in whichever call of the
	// file system. The call may succeed, and then it did what it says; or be
	// refused, and then it happened, in part as the claims allow, or not.
	Faulted bool `json:",omitempty"`
	// AfterFault says that a fault had fired before the call was invoked, since the
	// engine was opened last, or that a sync was stuck while it ran, which fails nothing.
	// The call may be refused, as a faulted one may.
	AfterFault bool `json:",omitempty"`
	// Cancelled says that the call's context ended while it ran. The call may be
	// refused, as a faulted one may; the calls after it may not.
	Cancelled bool `json:",omitempty"`
	// BesideStuck says of a call that reads that a sync of another was stuck when it
	// returned, Blocked that it could not return before one was let go.
	BesideStuck, Blocked bool `json:",omitempty"`
}

func (c *Call) refused() bool { return c.Returned != Pending && c.Result.Err != "" }

// masksFault reports whether c succeeded though a fault fired in it.
func (c *Call) masksFault() bool { return c.Faulted && c.Returned != Pending && c.Result.Err == "" }

// mayBeRefused reports whether c may be refused though nothing is wrong with it.
func (c *Call) mayBeRefused() bool { return c.Faulted || c.AfterFault || c.Cancelled }

// isBlocked reports whether c, which reads, waited for a sync that was stuck.
func (c *Call) isBlocked() bool { return c.Blocked && c.Returned != Pending }

// isExcused reports whether c was refused and may have been. A panic or a hang is never
// excused, nor that a crash of which no fault fired in the recovery does not open.
func (c *Call) isExcused() bool {
	switch {
	case !c.mayBeRefused() || c.Result.Failure != nil:
		return false
	case c.Op.Kind == Crash:
		return c.Faulted && c.opensNot()
	case c.Op.Kind == Reopen:
		return (c.Faulted || c.AfterFault) && c.opensNot()
	}
	return c.refused()
}

// opensNot reports whether c, which was to open the engine, returned an error.
func (c *Call) opensNot() bool {
	if r := c.Result.Recovered; r != nil && r.Failure != nil {
		return r.Failure.Manner == engines.MannerError
	}
	return c.refused()
}

// isCleanReopen reports whether c must show all that there was.
func (c *Call) isCleanReopen() bool { return c.Op.Kind == Reopen && !c.Faulted && !c.AfterFault }

// Result is what a call gave back; each kind uses the fields that it needs.
type Result struct {
	// Err is the text of the error or of the failure, "" for success.
	Err string
	// Failure is how the call failed to return, by a panic or a hang; nil if it
	// returned.
	Failure *Failure `json:",omitempty"`
	// OK says that ReadEntry, ReadHardState or ReadBoundary found something.
	OK bool
	// Entries are those that ReadEntry or ReadRange returned.
	Entries []Entry
	// LastIndex is what ReadLastIndex returned.
	LastIndex uint64
	HardState engines.HardState
	Boundary  engines.LogID
	// Recovered is what the engine showed after Reopen or Crash.
	Recovered *Recovered
}

// History is the calls of one run by the time they were invoked.
type History []Call

// Until returns the history as it was known at time t: calls invoked later are
// gone, and calls that returned later are pending. What is said of their faults
// stays: another call may have been shown part of a write that is refused later.
// It shares nothing with h that either may change.
func (h History) Until(t int) History {
	var out History
	for _, c := range h {
		if c.Invoked > t {
			continue
		}
		if c.Returned > t {
			c.Returned, c.Result = Pending, Result{}
		}
		out = append(out, c)
	}
	return out
}
