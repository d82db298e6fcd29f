package scenarios

import (
	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/faultfs/fault"
)

// drawFault draws a fault that a disk can have, of files of any name, as each engine has
// names of its own. No sync is stuck.
func drawFault(t *rapid.T) fault.Fault {
	// Writes and syncs are most of what an engine does, and what it must not believe.
	calls := append([]fault.Call{fault.AnyCall, fault.Write, fault.Fsync, fault.Write, fault.Fsync}, fault.Calls()...)
	f := fault.Fault{Call: rapid.SampledFrom(calls).Draw(t, "call"), Times: 1}
	f.Nth = Between(t, "nth", 1, 4)
	if Chance(t, "late", 3) {
		f.Nth = Between(t, "nth", 1, 32)
	}
	f.Error = rapid.SampledFrom(errorsOf(f.Call)).Draw(t, "error")
	f.Times = rapid.SampledFrom([]int{1, fault.Forever, 2}).Draw(t, "times")
	f.Lands = rapid.Bool().Draw(t, "lands")
	if f.Check() != nil {
		f.Times, f.Lands = 1, false
	}
	return f
}

// errorsOf returns the errors that a call can fail with, EIO first.
func errorsOf(call fault.Call) (out []fault.Error) {
	for _, e := range fault.Errors() {
		if call.Can(e) {
			out = append(out, e)
		}
	}
	return out
}
