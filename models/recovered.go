package models

import (
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/internal/digest"
)

// View is everything that a subject shows of itself.
type View interface {
	// Key identifies all that the view shows: equal keys, equal views, up to chance
	// of 2^-128.
	Key() Digest
	// String returns the view in short.
	String() string
	// Rows compares the view, of what the subject had before a crash, with what it
	// recovered, nil for nothing, in few rows.
	Rows(recovered View) []Row
}

// Row is a line of a comparison of two views; "-" is nothing.
type Row struct{ What, Before, Recovered string }

// Probe is what was tried of a subject once it had shown what it has.
type Probe interface {
	// Key identifies the probe, as a view's does.
	Key() Digest
	// After returns what a subject shows that showed v and took the probe.
	After(v View) View
}

// Recovered is what came of opening a subject after a crash, reading all it has,
// and probing it: something written and read back, a close, and the same again.
type Recovered struct {
	// View is what the subject showed first; nil if it did not get that far.
	View View
	// Failure ended the recovery early; nil if nothing did.
	Failure *Failure
	// Probe is what was tried after View; nil if it did not get that far, or was not
	// asked to.
	Probe Probe
	// Again is what the subject showed after a close and another open; nil if it
	// did not get that far, or was not asked to.
	Again View
	// Left is what of the subject was left after one of the closes, as in [Result].
	Left []string `json:",omitempty"`
	// Restored is the file beside the subject that it was asked to start over from each time it
	// was opened; "" for none.
	Restored string `json:",omitempty"`
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

// Failure is how a subject failed to recover, or how a call failed to return.
type Failure struct {
	// Phase is the step that failed, 0 for a call.
	Phase Phase
	// Manner is how: "error", "panic", "hang" or "mismatch" (a probe that read
	// back something else); of a subject in another process also "exit", "signal",
	// "garbage" (it broke the protocol) or "children" (it left some behind).
	Manner string
	// Text is the error's or panic's text, without addresses or times.
	Text string
	// Stack is the engine's stack at a panic, or all stacks at a hang.
	Stack string
	// LostPage says that it panicked, or its process ended, as a page of a memory map could
	// not be read.
	LostPage bool `json:",omitempty"`
	// Corrupt says that the error wraps [engines.ErrCorrupt].
	Corrupt bool `json:",omitempty"`
}

// String returns the manner and text of f.
func (f *Failure) String() string { return fmt.Sprintf("%s: %s", f.Manner, f.Text) }

// ShowsAgain reports whether the second open showed what the first one did, and the
// probe: then Again says nothing more.
func (r *Recovered) ShowsAgain() bool {
	if r.Probe == nil || r.Again == nil || r.Failure != nil {
		return false
	}
	return r.Probe.After(r.View).Key() == r.Again.Key()
}

// Hung reports whether the subject hung, in the recovery if there was one.
func (r *Recovered) Hung() bool { return r != nil && r.Failure.Hung() }

// Hung reports whether f is a hang; nil is none.
func (f *Failure) Hung() bool { return f != nil && f.Manner == engines.MannerHang }

// Key identifies everything of r that matters to a verdict: equal keys have
// equal verdicts at equal positions, up to chance of 2^-128.
func (r *Recovered) Key() Digest {
	s := digest.NewSequence()
	s = s.WithFlag(r.View != nil)
	if r.View != nil {
		s = s.WithDigest(r.View.Key())
	}
	s = s.WithFlag(r.Probe != nil)
	if r.Probe != nil {
		s = s.WithDigest(r.Probe.Key())
	}
	s = s.WithFlag(r.Again != nil)
	if r.Again != nil {
		s = s.WithDigest(r.Again.Key())
	}
	s = s.WithFlag(r.Failure != nil)
	if f := r.Failure; f != nil {
		s = s.With(uint64(f.Phase)).WithText(f.Manner).WithText(f.Text)
	}
	for _, left := range r.Left {
		s = s.WithText(left)
	}
	if r.Restored != "" {
		s = s.WithFlag(true).WithText(r.Restored)
	}
	return Digest(s)
}
