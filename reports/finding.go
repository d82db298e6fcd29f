package reports

import (
	"strings"

	"github.com/ackproof/ackproof/harness/evidence"
)

// NewFinding returns a case in plain values.
func NewFinding(f *evidence.Case) Finding {
	out := Finding{
		Property: string(f.Property()), Signature: f.Signature, Confirmed: f.Confirmed,
		Found: f.Found, AfterStates: f.After, Program: f.Program.String(),
		Lives: lives(f),
	}
	for i, v := range f.Verdict.Violations {
		if i == 0 {
			out.Rule, out.Sentence = v.Rule, v.Sentence
			continue
		}
		out.Also = append(out.Also, string(v.Property)+": "+v.Sentence)
	}
	if f.Explanation != nil {
		out.Why = strings.Split(strings.TrimSpace(f.Explanation.String()), "\n")
	}
	if f.Recovered != nil {
		out.Log = compare(f.Life.Before(f.State.Point, f.Recovered.View), f.Recovered.View)
		out.Failure = failureText(f.Recovered.Failure)
		out.Stack = stack(f.Failure)
	}
	return out
}
