package models

import "fmt"

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

// Broken returns the one violation of p, which cites calls.
func Broken(p Property, calls []int, format string, args ...any) []Violation {
	return []Violation{{Property: p, Rule: p.Info().Rule, Calls: calls, Sentence: fmt.Sprintf(format, args...)}}
}

// Surfaced returns out, what is wrong as the effect of a call is missing, as a violation of
// what is promised of calls that succeed though a fault fired in them: call is the one that
// did.
func Surfaced(out []Violation, call int) []Violation {
	return Broken(ErrorSurfaced, out[0].Calls, "%s; call %d had succeeded though a fault fired in it", out[0].Sentence, call)
}
