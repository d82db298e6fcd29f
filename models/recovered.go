package models

import (
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/engines"
)

// View is everything that an engine shows of itself.
type View struct {
	// Boundary is the purge boundary, if HasBoundary.
	Boundary    engines.LogID
	HasBoundary bool
	LastIndex   uint64
	// Entries are all that the log returned, in the order in which it did.
	Entries []Entry
	// HardState is the saved one, if HasHardState.
	HardState    engines.HardState
	HasHardState bool
}

// Recovered is what came of opening an engine after a crash, reading all it has,
// and probing it: an entry appended and read back, a close, and the same again.
type Recovered struct {
	// View is what the engine showed first.
	View View
	// Failure ended the recovery early; nil if nothing did.
	Failure *Failure
	// Probe is the entry that the probe appended after View; nil if it did not
	// get that far, or was not asked to.
	Probe *Entry
	// Again is what the engine showed after a close and another open; nil if it
	// did not get that far, or was not asked to.
	Again *View
}

// Phase is a step of a recovery.
type Phase uint8

// The phases, in their order.
const (
	PhaseOpen Phase = iota + 1
	PhaseRead
	PhaseProbe
	PhaseClose
	PhaseReopen
	PhaseReread
	PhaseReprobe
	PhaseReclose
)

var phaseNames = [...]string{
	PhaseOpen: "open", PhaseRead: "read", PhaseProbe: "probe", PhaseClose: "close",
	PhaseReopen: "second open", PhaseReread: "second read",
	PhaseReprobe: "second probe", PhaseReclose: "second close",
}

// String returns the words for p.
func (p Phase) String() string {
	if int(p) < len(phaseNames) && phaseNames[p] != "" {
		return phaseNames[p]
	}
	return "unknown"
}

// Failure is how an engine failed to recover, or how a call failed to return.
type Failure struct {
	// Phase is the step that failed, 0 for a call.
	Phase Phase
	// Manner is how: "error", "panic", "hang" or "mismatch" (a probe that read
	// back something else); of an engine in another process also "exit", "signal",
	// "garbage" (it broke the protocol) or "children" (it left some behind).
	Manner string
	// Text is the error's or panic's text, without addresses or times.
	Text string
	// Stack is the engine's stack at a panic, or all stacks at a hang.
	Stack string
}

// String returns the manner and text of f.
func (f *Failure) String() string { return fmt.Sprintf("%s: %s", f.Manner, f.Text) }

// ShowsAgain reports whether the second open showed what the first one did, and the
// probe's entry: then Again says nothing more.
func (r *Recovered) ShowsAgain() bool {
	first, probe := r.View, r.Probe
	if probe == nil || r.Again == nil || r.Failure != nil {
		return false
	}
	again := r.Again
	n := len(first.Entries)
	return len(again.Entries) == n+1 && again.Entries[n] == *probe && slices.Equal(again.Entries[:n], first.Entries) &&
		again.LastIndex == probe.Index && again.HasBoundary == first.HasBoundary && again.Boundary == first.Boundary &&
		again.HasHardState == first.HasHardState && again.HardState == first.HardState
}

// Hung reports whether the engine hung, in the recovery if there was one.
func (r *Recovered) Hung() bool { return r != nil && r.Failure.Hung() }

// Hung reports whether f is a hang; nil is none.
func (f *Failure) Hung() bool { return f != nil && f.Manner == engines.MannerHang }
