// Package value is the specification of a subject that holds one value, which calls change:
// a counter, a register, a set. It serves whoever tests something small of his own.
//
// A value is of a type S that Go can compare and JSON can hold. Each call has a word, and a
// function from the value before to the value after. A crash leaves a value that the subject
// went through, not before the last one that is durable: by each call as it returns, or,
// where the contract is Buffered, by the last flush.
//
// A call that was refused for a fault, or cancelled, happened or not. So a state is a set of
// histories, at most 64 of them; beyond that the answer is Unknown.
package value

import (
	"fmt"

	"github.com/ackproof/ackproof/internal/digest"
	"github.com/ackproof/ackproof/models"
)

// The words of the calls that each subject has.
const (
	Read  = "read"
	Flush = "flush"
)

// Op is a call by its word.
type Op struct{ Call string }

// String returns the word.
func (o *Op) String() string { return o.Call }

// Word returns the word.
func (o *Op) Word() string { return o.Call }

// Reads reports whether the call only reads.
func (o *Op) Reads() bool { return o.Call == Read }

// Forces reports whether the call is a flush.
func (o *Op) Forces() bool { return o.Call == Flush }

// MustWrite reports whether the call changes the value.
func (o *Op) MustWrite() bool { return !o.Reads() && !o.Forces() }

// AnswerText returns the value that was read, "ok" for nothing.
func (o *Op) AnswerText(answer any) string {
	if text, ok := answer.(fmt.Stringer); ok {
		return text.String()
	}
	return "ok"
}

// Answer is the value that a read returned.
type Answer[S comparable] struct{ Value S }

// String returns the value.
func (a *Answer[S]) String() string { return fmt.Sprint(a.Value) }

// View is the value that a subject shows.
type View[S comparable] struct{ Value S }

// Key identifies the value by its text.
func (v *View[S]) Key() models.Digest {
	return models.Digest(digest.NewSequence().WithText(fmt.Sprintf("%#v", v.Value)))
}

// String returns the value.
func (v *View[S]) String() string { return fmt.Sprint(v.Value) }

// Rows returns the value before and after.
func (v *View[S]) Rows(recovered models.View) []models.Row {
	row := models.Row{What: "value", Before: v.String(), Recovered: "-"}
	if recovered != nil {
		row.Recovered = recovered.String()
	}
	return []models.Row{row}
}

// Probe is a call that is made after a recovery.
type Probe[S comparable] struct {
	Call string
	// Value is what it makes of what was shown.
	Value S
}

// Key identifies the probe.
func (p *Probe[S]) Key() models.Digest {
	return models.Digest(digest.NewSequence().WithText(p.Call).WithText(fmt.Sprintf("%#v", p.Value)))
}

// After returns what a subject shows that took the probe.
func (p *Probe[S]) After(models.View) models.View { return &View[S]{p.Value} }
