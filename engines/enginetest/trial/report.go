package trial

import (
	"errors"
	"fmt"
	"strings"
)

// Report is what came of a suite.
type Report struct {
	// Results are those of the cases, in the order in which they ran.
	Results []Result
	// Declines are what the engine could declare: with that, cases that failed would pass
	// or be skipped.
	Declines []Decline
}

// Decline is a claim with which cases would not fail that did.
type Decline struct {
	// Claim is the name of a field: of engines.Claims, of engines.MachineClaims, or, with
	// the type before a dot, of engines.Without or engines.Limits.
	Claim string
	// Value is what the field should be set to, 0 if it is true or false.
	Value int
	// Seen says what the engine does.
	Seen string
	// Cases are those that failed and would not.
	Cases []string
}

// String returns a sentence about d.
func (d Decline) String() string {
	claim := d.Claim
	if d.Value != 0 {
		claim = fmt.Sprintf("%s = %d", d.Claim, d.Value)
	}
	return fmt.Sprintf("could declare %s (seen: %s); these cases would then pass or be skipped: %s", claim, d.Seen, strings.Join(d.Cases, ", "))
}

// Failures returns how many cases failed.
func (r Report) Failures() int { return r.count(Result.Failed) }

// Skipped returns how many cases do not apply to the engine.
func (r Report) Skipped() int { return r.count(Result.Skipped) }

func (r Report) count(is func(Result) bool) int {
	n := 0
	for _, result := range r.Results {
		if is(result) {
			n++
		}
	}
	return n
}

// Err returns the failures with what the engine could declare, joined; nil if no case
// failed.
func (r Report) Err() error {
	var errs []error
	for _, result := range r.Results {
		if result.Failed() {
			errs = append(errs, result.Error())
		}
	}
	for _, d := range r.Declines {
		errs = append(errs, errors.New(d.String()))
	}
	return errors.Join(errs...)
}
