package reports

import (
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/models"
)

// newFinding returns a finding in plain values.
func newFinding(f *harness.Finding) Finding {
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
	if f.Recovered != nil {
		out.Log = compare(before(f.Life, f.State.Point), f.Recovered.View)
		out.Failure = failureText(f.Recovered.Failure)
	}
	return out
}

func failureText(f *models.Failure) string {
	if f == nil {
		return ""
	}
	return f.Phase.String() + ": " + f.String()
}
