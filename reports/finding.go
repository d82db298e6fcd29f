package reports

import (
	"path"
	"strings"

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
	if f.Explanation != nil {
		out.Why = strings.Split(strings.TrimSpace(f.Explanation.String()), "\n")
	}
	if f.Recovered != nil {
		out.Log = compare(f.Life.Before(f.State.Point, f.Recovered.View), f.Recovered.View)
		out.Failure = failureText(f.Recovered.Failure)
		out.Stack = stack(f.Recovered.Failure)
	}
	return out
}

func failureText(f *models.Failure) string {
	if f == nil {
		return ""
	}
	return f.Phase.String() + ": " + f.String()
}

// stack returns the innermost of the engine's functions on a failure's stack,
// where it has one.
func stack(f *models.Failure) []string {
	const framesMax = 6
	if f == nil || f.Manner != "panic" {
		return nil // that of a hang is all goroutines: it is in the bundle
	}
	var out []string
	lines := strings.Split(f.Stack, "\n")
	for i := 0; i+1 < len(lines) && len(out) < framesMax; i += 2 {
		function, _, _ := strings.Cut(lines[i], "({")
		if open := strings.LastIndexByte(function, '('); open > 0 {
			function = function[:open]
		}
		if strings.HasPrefix(path.Base(function), "harness.") {
			break
		}
		position, _, _ := strings.Cut(strings.TrimSpace(lines[i+1]), " ")
		out = append(out, path.Base(function)+" ("+path.Base(position)+")")
	}
	return out
}
