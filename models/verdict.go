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
	// Violations are what failed, the one closest to the cause first.
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

func broken(p Property, calls []int, format string, args ...any) []Violation {
	return []Violation{{Property: p, Rule: p.Info().Rule, Calls: calls, Sentence: fmt.Sprintf(format, args...)}}
}
