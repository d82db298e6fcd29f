package models

import "fmt"

// Outcome is what a check came to.
type Outcome uint8

// The outcomes. The zero value is Unknown, which is never a pass.
const (
	Unknown Outcome = iota
	Pass
	Fail
)

// String returns the word for o.
func (o Outcome) String() string {
	switch o {
	case Pass:
		return "pass"
	case Fail:
		return "fail"
	}
	return "unknown"
}

// Verdict is the judgement of one recovery, or of one history.
type Verdict struct {
	Outcome Outcome
	// Violations are what failed, the one that tells most of the cause first.
	Violations []Violation
	// After is where the next life begins, after a Pass. It does not include
	// the probe: whoever goes on after one says so with a call.
	After State
}

// Violation is a broken promise and its evidence.
type Violation struct {
	Property Property
	// Rule is the demand of Raft's that was broken, "R1" to "R8", or "".
	Rule string
	// Sentence says what was acknowledged when, and what came back.
	Sentence string
	// Calls are the IDs of the calls that the sentence cites.
	Calls []int
}

func violation(p Property, calls []int, format string, args ...any) Violation {
	return Violation{Property: p, Rule: p.Info().Rule, Calls: calls, Sentence: fmt.Sprintf(format, args...)}
}

// State is where a life of an engine begins: all that an earlier life left. It
// is immutable, and holds on to the recovery that it came from, which must not
// be changed. The zero value is a new engine's.
type State struct {
	state *state
	// recovered is what the engine then showed; nil for nothing.
	recovered *Recovered
}

// Fresh returns the state of a new engine under c.
func Fresh(Contract) State { return State{state: fresh()} }

var crashOp = Op{Kind: Crash}

// resolve adopts what was shown. It is done here so that judging a recovery
// that nobody goes on from builds nothing.
func (s State) resolve(m spec) *state {
	switch {
	case s.state == nil:
		return fresh()
	case s.recovered == nil:
		return s.state
	}
	return m.adopt(s.state, s.recovered, &Call{Op: crashOp})
}
