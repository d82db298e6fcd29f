package reports

import (
	"cmp"
	"strings"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/internal/plain"
)

// NewFinding returns a case in plain values.
func NewFinding(f *evidence.Case) Finding {
	out := Finding{
		Handover: newHandover(f.Handover),
		Property: string(f.Property()), Signature: f.Signature, Confirmed: f.Confirmed,
		Found: f.Found, AfterStates: f.After, Program: f.Program.String(), Why: why(f),
		Faults: firedFaults(f), Lives: lives(f), States: f.States, Unfinished: f.Unfinished, Overlaps: f.Program.Overlaps(),
		Corruption: newCorruption(f),
	}
	if f.Kind != nil && f.Kind.Shown != "log" {
		out.Shown = f.Kind.Shown
	}
	if f.Known != nil {
		out.Known, out.Comment = true, f.Known.Comment
	}
	for i, v := range f.Verdict.Violations {
		if i == 0 {
			out.Rule, out.Sentence = v.Rule, v.Sentence
			continue
		}
		out.Also = append(out.Also, string(v.Property)+": "+v.Sentence)
	}
	if f.Recovered != nil {
		for _, r := range f.Life.Before(f.State.Point, f.Recovered.View).Rows(f.Recovered.View) {
			out.Log = append(out.Log, Row(r))
		}
		out.Failure = failureText(f.Recovered.Failure)
	}
	words := f.Words()
	out.Stack, out.Words, out.EngineLog = frameTexts(words.Frames), words.Lines, words.Log
	return out
}

// Under returns the file system of a finding of a report.
func (f Finding) Under(r Report) string { return cmp.Or(f.Profile, r.Profile) }

// StatesText counts the visited states that were of the finding's cause, or the corruptions.
func (f Finding) StatesText() string {
	if f.Corruption != nil {
		return plain.Count(f.States, "corruption")
	}
	return plain.Count(f.States, "visited state")
}

// why returns the explanation in lines. Of a case that was not shrunk nobody knows which
// of the losses matter, so they are no culprits: the crash names them.
func why(f *evidence.Case) []string {
	if f.Explanation == nil {
		return nil
	}
	text := f.Explanation.Seen()
	if f.Shrunk() {
		text = f.Explanation.String()
	}
	return strings.Split(strings.TrimSpace(text), "\n")
}

// firedFaults returns the explanation's faults in plain values.
func firedFaults(f *evidence.Case) (out []FiredFault) {
	if f.Explanation == nil {
		return nil
	}
	lives := f.Life.Lives()
	for _, x := range f.Explanation.Faults {
		call := func(id int) string {
			if x.Life < 1 || x.Life > len(lives) {
				return ""
			}
			return lives[x.Life-1].CallText(id)
		}
		out = append(out, FiredFault{
			Life: x.Life, Event: x.Event, What: x.What, Sentence: x.Sentence, Fault: x.Fault, Again: x.Again,
			Call: call(x.Call), Dropped: x.Dropped, Forgotten: call(x.Forgotten), Missing: call(x.Missing), Stack: frameTexts(x.Frames),
		})
	}
	return out
}

// Notes returns what to know of a finding before all else: that its cause was known, that
// it is flaky, and what there was no time for.
func (f Finding) Notes() []string {
	var out []string
	switch {
	case f.Known && f.Comment != "":
		out = append(out, "known: "+f.Comment)
	case f.Known:
		out = append(out, "known")
	}
	if !f.Confirmed && f.Unfinished != evidence.NotConfirmed {
		out = append(out, "flaky: it did not come again when replayed")
	}
	if f.Unfinished != "" {
		out = append(out, f.Unfinished)
	}
	if f.Overlaps {
		out = append(out, "calls overlap: run again, the program may go another way; the bundle replays from its journal")
	}
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
