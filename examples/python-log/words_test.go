//go:build linux

package pythonlog_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/reports/page"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// planted returns log.py with other text in one place.
func planted(t *testing.T, was, now string) engines.Factory {
	t.Helper()
	source, err := os.ReadFile("log.py")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(source), was) != 1 {
		t.Fatalf("log.py does not have %q once", was)
	}
	path := filepath.Join(t.TempDir(), "planted.py")
	if err := os.WriteFile(path, []byte(strings.Replace(string(source), was, now, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	return engines.Factory{Name: "planted", Needs: engines.NeedsDir, Program: []string{python(t), path}}
}

// TestOwnWords wants the end of what a worker wrote to standard error in each form of a
// report: an exception in recovery or in a call, and a word where only answers may be.
func TestOwnWords(t *testing.T) {
	const torn, persists = "                break\n", `        if op == "persist_entries":` + "\n"
	for name, test := range map[string]struct{ was, now, want string }{
		"an exception in recovery": {torn, "                raise ValueError('it is ' + 'torn')\n", "ValueError: it is torn"},
		"an exception in a call":   {persists, persists + "            assert self.last_index() < 1, 'it is ' + 'full'\n", "AssertionError: it is full"},
		"garbage":                  {torn, "                print('I am', 'lost', file=sys.stderr, flush=True)\n                print('debug', flush=True)\n                break\n", "I am lost"},
	} {
		t.Run(name, func(t *testing.T) {
			o, err := harness.Verify(t.Context(), planted(t, test.was, test.now), harness.Config{
				Profile: crash.StrictPosix(), Depth: -1, NoShrink: true,
				Only: []scenarios.NamedProgram{{Name: "persist", Program: raftlog.MustParse("persist 1\npersist 1\n")}},
			})
			if errors.Is(err, harness.ErrNotRun) && !harness.Required("fuse") {
				t.Skipf("NOTHING WAS TESTED: %v\nACKPROOF_REQUIRE=fuse makes this a failure", err)
			}
			if err != nil {
				t.Fatal(err)
			}
			if len(o.Findings) == 0 {
				t.Fatal(o.Summary())
			}
			for form, text := range written(t, o) {
				if !strings.Contains(text, test.want) {
					t.Errorf("%s: got\n%s\nwant %q", form, text, test.want)
				}
			}
		})
	}
}

// written returns each form of a report.
func written(t *testing.T, o *evidence.Outcome) map[string]string {
	t.Helper()
	result := reports.Result{Outcome: o}
	report := reports.New(result)
	b := reports.Batch{Jobs: []reports.Job{{Engine: o.Engine, Profile: o.Profile}}}
	b.Add(result, report)
	var json, junit, summary, annotations, html bytes.Buffer
	err := errors.Join(reports.WriteJSON(&json, report), b.WriteJUnit(&junit), b.WriteSummary(&summary, reports.SummaryMaxBytes),
		b.WriteAnnotations(&annotations, ""), page.Write(&html, page.Input{Findings: []page.Finding{{Case: o.Findings[0]}}}))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"text": reports.FindingText(o.Findings[0]), "JSON": json.String(), "JUnit": junit.String(), "summary": summary.String(),
		"annotations": annotations.String(), "page": html.String(),
	}
}
