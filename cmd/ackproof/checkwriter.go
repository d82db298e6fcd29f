package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ackproof/ackproof/engines/enginetest"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/internal/plain"
)

// checkWriter writes checks as they are made, and sums them up.
type checkWriter struct {
	out, notices io.Writer
	json         bool
	began        time.Time
	unwritten    error // the first that kept a row from being written

	held, refuted           int // checks
	passed, skipped, failed int // cases
}

func newCheckWriter(stdout, stderr io.Writer, asJSON bool) *checkWriter {
	w := &checkWriter{out: stdout, notices: stdout, json: asJSON, began: time.Now()}
	if asJSON {
		w.notices = stderr
	}
	return w
}

func (w *checkWriter) begin(c check) error {
	if w.json {
		return nil
	}
	_, err := fmt.Fprintln(w.out, plain.Text(c.String(), false))
	return err
}

// row writes what came of one case.
func (w *checkWriter) row(r enginetest.Result) {
	word := caseWord(r)
	if w.json || w.unwritten != nil {
		return
	}
	text := r.Case
	if err := r.Error(); err != nil {
		text = indented(plain.Text(err.Error()+lastWords(err), true))
	}
	if r.Failed() {
		word = strings.ToUpper(word)
	}
	_, w.unwritten = fmt.Fprintf(w.out, "  %-7s  %s\n", word, text)
}

// indented puts the lines after the first below it.
func indented(text string) string {
	const indent = "\n           "
	return strings.NewReplacer("\n\t", indent, "\n", indent).Replace(strings.TrimRight(text, "\n"))
}

// caseWord returns the word for what came of a case.
func caseWord(r enginetest.Result) string {
	switch {
	case r.Skipped():
		return "skipped"
	case r.Failed():
		return "failed"
	}
	return "passed"
}

// report writes what came of a check. One that is not whole was interrupted.
func (w *checkWriter) report(c check, report enginetest.Report, whole bool) error {
	if w.unwritten != nil {
		return w.unwritten
	}
	failed, skipped := report.Failures(), report.Skipped()
	w.failed, w.skipped = w.failed+failed, w.skipped+skipped
	w.passed += len(report.Results) - failed - skipped
	verdict := evidence.Held
	switch {
	case failed > 0:
		verdict = evidence.Refuted
		w.refuted++
	case !whole:
		verdict = evidence.Unknown
	default:
		w.held++
	}
	if w.json {
		return json.NewEncoder(w.out).Encode(newCheckLine(c, verdict, report))
	}
	for _, d := range report.Declines {
		if _, err := fmt.Fprintf(w.out, "  %s\n", plain.Text(d.String(), false)); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w.out, "%s: %s; %d passed, %d skipped, %d failed\n\n",
		plain.Text(c.String(), false), verdict, len(report.Results)-failed-skipped, skipped, failed)
	return err
}

// end writes the sums of all checks that were planned.
func (w *checkWriter) end(planned int) error {
	verdict, code := evidence.Held, exitHeld
	switch {
	case w.refuted > 0:
		verdict, code = evidence.Refuted, exitRefuted
	case w.held < planned:
		verdict, code = evidence.Unknown, exitUnknown
	}
	_, err := fmt.Fprintf(w.notices, "%s; %d of %s held; %s: %d passed, %d skipped, %d failed; in %.1f s\n",
		verdict, w.held, plain.Count(planned, "check"), plain.Count(w.passed+w.skipped+w.failed, "case"),
		w.passed, w.skipped, w.failed, time.Since(w.began).Seconds())
	if err != nil {
		return err
	}
	return &exit{code: code}
}

// checkLine is a check in JSON; docs/JSON.md has its fields.
type checkLine struct {
	Version  int              `json:"version"`
	Engine   string           `json:"engine"`
	Subject  string           `json:"subject"`
	Place    string           `json:"place"`
	Verdict  evidence.Verdict `json:"verdict"`
	Cases    []checkCase      `json:"cases"`
	Declines []checkDecline   `json:"declines"`
}

type checkCase struct {
	Name   string `json:"name"`
	Result string `json:"result"`
	Rule   string `json:"rule"`
	Error  string `json:"error,omitempty"`
}

type checkDecline struct {
	Claim string   `json:"claim"`
	Value int      `json:"value,omitempty"`
	Seen  string   `json:"seen"`
	Cases []string `json:"cases"`
}

func newCheckLine(c check, verdict evidence.Verdict, report enginetest.Report) checkLine {
	const version = 1
	line := checkLine{
		Version: version, Engine: c.engine, Subject: c.subject, Place: c.place, Verdict: verdict,
		Cases: []checkCase{}, Declines: []checkDecline{},
	}
	for _, r := range report.Results {
		row := checkCase{Name: r.Case, Result: caseWord(r), Rule: r.Rule}
		if r.Err != nil {
			row.Error = r.Err.Error() + lastWords(r.Err)
		}
		line.Cases = append(line.Cases, row)
	}
	for _, d := range report.Declines {
		line.Declines = append(line.Declines, checkDecline(d))
	}
	return line
}
