package page

import (
	"strings"

	"github.com/ackproof/ackproof/internal/plain"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/reports"
)

// plainFindingView returns a finding as far as a report tells of it.
func plainFindingView(r reports.Report, f reports.Finding) findingView {
	v := findingView{
		Engine: line(r.Engine), Profile: line(f.Under(r)), Property: line(f.Property), Seed: r.Seed,
		Promise: models.Property(f.Property).Info().Promise, Rule: ruleText(f.Rule), Sentence: block(f.Sentence), Known: f.Known,
		Cause: line(strings.TrimPrefix(f.Signature, f.Property+"; ")), KnownLine: sentence(f.Signature),
		Program: block(f.Program), Failure: block(f.Failure), Words: block(strings.Join(f.Words, "\n")),
		Corruption: newCorruption(f.Corruption), Before: "Before the crash",
		EngineLog: block(strings.Join(f.EngineLog, "\n")),
		NotSought: "This finding has no bundle, so nothing more could be tried.",
	}
	if f.States > 0 {
		v.States = f.StatesText()
	}
	if v.Corruption != nil {
		v.Before = "Stored"
	}
	if f.Handover != nil {
		v.Notes = append(v.Notes, line(f.Handover.Text()))
	}
	for _, note := range f.Notes() {
		v.Notes = append(v.Notes, line(note))
	}
	for _, also := range f.Also {
		v.Also = append(v.Also, block(also))
	}
	for _, frame := range f.Stack {
		v.Stack = append(v.Stack, line(frame))
	}
	if f.Bundle != "" {
		v.Replay = "ackproof replay " + plain.ShellWord(line(f.Bundle))
	}
	for i, life := range f.Lives {
		v.Lives = append(v.Lives, newLifeView(i+1, life))
	}
	if n := len(v.Lives); n > 0 {
		v.Crash, v.When = v.Lives[n-1].Crash, v.Lives[n-1].When
	}
	v.Log, v.MoreLog = logRows(f.Log)
	return v
}

// ruleText returns Raft's demand with the given ID, "" for none.
func ruleText(id string) string {
	for _, r := range models.Rules {
		if r.ID == id {
			return r.ID + ": " + r.Text
		}
	}
	return ""
}
