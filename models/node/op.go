package node

import (
	"encoding/json"
	"errors"

	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/machine"
	"github.com/ackproof/ackproof/models/raftlog"
)

// Op is one operation on one of the parts: the other field is nil.
type Op struct {
	Log     *raftlog.Op `json:",omitempty"`
	Machine *machine.Op `json:",omitempty"`
}

// Answer is what a call of one of the parts returned beside its error; the other field is
// nil.
type Answer struct {
	Log     *raftlog.Answer `json:",omitempty"`
	Machine *machine.Answer `json:",omitempty"`
}

// side is one of the parts: what a call, or what a recovery showed, is to it.
type side int

const (
	logSide side = iota
	machineSide
)

// sides are both, in the order in which they are judged.
var sides = [...]side{logSide, machineSide}

// side returns whose operation it is.
func (o *Op) side() side {
	if o.Log != nil {
		return logSide
	}
	return machineSide
}

// of returns the answer of a side, nil if there is none; a may be nil.
func (a *Answer) of(s side) any {
	switch {
	case a != nil && s == logSide && a.Log != nil:
		return a.Log
	case a != nil && s == machineSide && a.Machine != nil:
		return a.Machine
	}
	return nil
}

func (o *Op) part() models.Op {
	if o.Log != nil {
		return o.Log
	}
	return o.Machine
}

// String returns the words for the operation and its arguments, and whose it is where both
// parts have one of that name.
func (o *Op) String() string {
	switch {
	case o.Log != nil && (o.Log.Kind == raftlog.Flush || o.Log.Kind == raftlog.Reset):
		return o.Log.String() + " of the log"
	case o.Machine != nil && (o.Machine.Kind == machine.Flush || o.Machine.Kind == machine.Reset):
		return o.Machine.String() + " of the machine"
	}
	return o.part().String()
}

// Word returns the word for the operation's kind.
func (o *Op) Word() string { return o.part().Word() }

// Reads reports whether the operation only reads.
func (o *Op) Reads() bool { return o.part().Reads() }

// MustWrite reports whether the operation cannot be kept without a write, so that a
// pending one may leave something.
func (o *Op) MustWrite() bool { return o.part().MustWrite() }

// Forces reports whether the operation is there to make something durable.
func (o *Op) Forces() bool { return o.part().Forces() }

// AnswerText returns what the operation returned, "ok" where that is nothing.
func (o *Op) AnswerText(answer any) string {
	a, _ := answer.(*Answer)
	return o.part().AnswerText(a.of(o.side()))
}

// UnmarshalJSON reads an operation; it is of exactly one part.
func (o *Op) UnmarshalJSON(text []byte) error {
	type plain Op
	if err := json.Unmarshal(text, (*plain)(o)); err != nil {
		return err
	}
	if (o.Log == nil) == (o.Machine == nil) {
		return errors.New("got an operation of no part or of two, want one of Log and Machine")
	}
	return nil
}
