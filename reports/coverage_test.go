package reports_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/reports/page"
)

// Lines of recovery that never ran are told in the text, in JSON, in a test and on the page.
func TestRecoveryCoverageIsTold(t *testing.T) {
	at := func(line int) evidence.Position { return evidence.Position{Line: line, Column: 2} }
	o := &evidence.Outcome{Engine: "e", Profile: "xfs", Tally: evidence.NewTally(), Coverage: &evidence.RecoveryCoverage{Blocks: []evidence.Block{
		{File: "example.com/e/wal.go", Start: at(200), End: at(202), Statements: 2, Ran: true},
		{File: "example.com/e/wal.go", Start: at(210), End: at(223), Statements: 9},
	}}}
	o.Conclude(raftlog.Contract{})
	r := reports.New(reports.Result{Outcome: o})
	for name, write := range map[string]func(*bytes.Buffer) error{
		"line": func(w *bytes.Buffer) error { return reports.Table{}.Line(w, r) },
		"JSON": func(w *bytes.Buffer) error { return reports.WriteJSON(w, r) },
		"page": func(w *bytes.Buffer) error { return page.Write(w, page.Input{Reports: []reports.Report{r}}) },
		"test": func(w *bytes.Buffer) error { _, err := w.WriteString(o.Summary()); return err },
	} {
		var out bytes.Buffer
		if err := write(&out); err != nil {
			t.Error(err)
		}
		const want = "14 lines of recovery never ran (1 of 2 blocks): wal.go:210-223"
		if got := strings.Join(strings.Fields(out.String()), " "); strings.Count(got, want) != 1 {
			t.Errorf("%s: got %s, want it once: %s", name, got, want)
		}
	}
	if got := r.RecoveryCoverage; got.Ran != 1 || got.NeverRan != 1 || len(got.Lines) != 1 || got.Lines[0] != (reports.CodeLines{File: "example.com/e/wal.go", First: 210, Last: 223}) {
		t.Errorf("got %+v, want one block that ran, one that did not, and its lines", got)
	}
}
