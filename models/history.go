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

// Restart returns which restart the call is, 0 if it is none.
func (c *Call) Restart() Restart {
	r, _ := c.Op.(Restart)
	return r
}

// Opens reports whether the call opens the subject.
func (c *Call) Opens() bool { return opens(c.Op) }

// Refused reports whether c returned an error, or failed to return.
func (c *Call) Refused() bool { return c.Returned != Pending && c.Result.Err != "" }

// Succeeded reports whether c returned, and without an error.
func (c *Call) Succeeded() bool { return c.Returned != Pending && c.Result.Err == "" }

// MasksFault reports whether c succeeded though a fault fired in it.
func (c *Call) MasksFault() bool { return c.Faulted && c.Succeeded() }

// MayBeRefused reports whether c may be refused though nothing is wrong with it.
func (c *Call) MayBeRefused() bool { return c.Faulted || c.AfterFault || c.Cancelled }

// IsBlocked reports whether c, which reads, waited for a sync that was stuck.
func (c *Call) IsBlocked() bool { return c.Blocked && c.Returned != Pending }

// IsExcused reports whether c was refused and may have been. A panic or a hang is never
// excused, nor that a crash of which no fault fired in the recovery does not open.
func (c *Call) IsExcused() bool {
	switch {
	case !c.MayBeRefused() || c.Result.Failure != nil:
		return false
	case c.Op == Crash:
		return c.Faulted && c.opensNot()
	case c.Op == Reopen:
		return (c.Faulted || c.AfterFault) && c.opensNot()
	}
	return c.Refused()
}

// opensNot reports whether c, which was to open the engine, returned an error.
func (c *Call) opensNot() bool {
	if r := c.Result.Recovered; r != nil && r.Failure != nil {
		return r.Failure.Manner == engines.MannerError
	}
	return c.Refused()
}

// IsCleanReopen reports whether c must show all that there was.
func (c *Call) IsCleanReopen() bool { return c.Op == Reopen && !c.Faulted && !c.AfterFault }

// Result is what a call gave back; each operation uses the fields that it needs.
type Result struct {
	// Err is the text of the error or of the failure, "" for success.
	Err string
	// Corrupt says that the error wraps [engines.ErrCorrupt].
	Corrupt bool `json:",omitempty"`
	// Failure is how the call failed to return, by a panic or a hang; nil if it
	// returned.
	Failure *Failure `json:",omitempty"`
	// Left is what of the subject was left when a close had returned, each in a few words;
	// nil if that is nothing, or nobody looked.
	Left []string `json:",omitempty"`
	// Answer is what the call returned beside the error, of the subject's own type; nil
	// if there is nothing.
	Answer any `json:",omitempty"`
	// Recovered is what the subject showed after Reopen or Crash.
	Recovered *Recovered `json:",omitempty"`
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
