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
	}
	words := f.Words()
	out.Stack, out.Words, out.EngineLog = frameTexts(words.Frames), words.Lines, words.Log
	return out
}

// briefWords returns a few lines of the engine's own: where it panicked or hangs, and
// what it said; "" if it said nothing.
func (f Finding) briefWords() string {
	const framesMax = 2
	var out []string
	for _, frame := range f.Stack[:min(len(f.Stack), framesMax)] {
		out = append(out, "at "+frame)
	}
	return strings.Join(append(out, evidence.BriefWords(f.Words)...), "\n")
}
