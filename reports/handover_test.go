package reports_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/engines/memlog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/reports/page"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// TestHandoverIsTold: every report of what one engine wrote and another opened names both.
func TestHandoverIsTold(t *testing.T) {
	reader := logstore.Of(memlog.Factory())
	outcome, err := harness.Verify(context.Background(), filelog.Factory(filelog.Options{}), harness.Config{
		RecoverWith: &reader, Profile: crash.StrictPosix(), FindingsMax: 1,
		Only: []scenarios.NamedProgram{{Name: "one", Program: raftlog.MustParse("persist 1")}},
	})
	if err != nil || len(outcome.Findings) == 0 {
		t.Fatalf("got %v and %v, want a finding", outcome, err)
	}
	var text, line, html bytes.Buffer
	report := reports.New(reports.Result{Outcome: outcome})
	if err := reports.WriteFindings(&text, report); err != nil {
		t.Fatal(err)
	}
	if err := reports.WriteJSON(&line, report); err != nil {
		t.Fatal(err)
	}
	if err := page.Write(&html, page.Input{Reports: []reports.Report{report}, Findings: []page.Finding{{Case: outcome.Findings[0], Builtin: true}}}); err != nil {
		t.Fatal(err)
	}
	const both = "written by file, opened after a power failure or a clean close by mem"
	for what, c := range map[string]struct{ got, want string }{
		"text":    {text.String(), both},
		"title":   {text.String(), "file opened by mem under strict-posix breaks "},
		"life":    {text.String(), "calls, by file"},
		"JSON":    {line.String(), `"handover":{"writer":"file","reader":"mem"}`},
		"basis":   {report.Basis, both},
		"page":    {html.String(), both},
		"go test": {page.GoTest(outcome.Findings[0], true), "RecoverWith: &found[1].Factory"},
		"no test": {page.GoTest(outcome.Findings[0], false), "give the bundle to the test that has both"},
	} {
		if !strings.Contains(c.got, c.want) {
			t.Errorf("%s: got\n%s\nwant %q in it", what, c.got, c.want)
		}
	}
	var back reports.Report
	if err := json.Unmarshal(line.Bytes(), &back); err != nil || back.Findings[0].Lives[0].Engine != "file" {
		t.Errorf("got %v and %v, want a life of file", back.Findings[0].Lives, err)
	}
}
