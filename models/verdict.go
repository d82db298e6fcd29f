package models

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
