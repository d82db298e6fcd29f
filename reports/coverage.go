package reports

import "github.com/ackproof/ackproof/harness/evidence"

// RecoveryCoverage counts the blocks of the engine's recovery path: those of the functions that
// ran, at least in part, while it opened on crash states.
type RecoveryCoverage struct {
	// Ran counts the blocks that ran there, NeverRan the rest.
	Ran      int `json:"ran"`
	NeverRan int `json:"neverRan"`
	// Lines are those of the blocks that never ran, in order.
	Lines []CodeLines `json:"lines"`
	// Text says it in a sentence, with the first of the lines.
	Text string `json:"text"`
}

// CodeLines are lines of a file that belong together.
type CodeLines struct {
	// File is the import path of the package and the file's name.
	File string `json:"file"`
	// First and Last count from 1, and both are among them.
	First int `json:"first"`
	Last  int `json:"last"`
}

func recoveryCoverage(c *evidence.RecoveryCoverage) *RecoveryCoverage {
	if c == nil {
		return nil
	}
	out := &RecoveryCoverage{Lines: []CodeLines{}, Text: c.Text()}
	out.Ran, out.NeverRan = c.Count()
	for _, l := range c.NeverRan() {
		out.Lines = append(out.Lines, CodeLines(l))
	}
	return out
}
