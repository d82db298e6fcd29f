package reports_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/reports"
)

// batch is of one engine that holds, some that are refuted, one whose run failed
// and one that no run was left for.
func batch(t *testing.T, expect bool) *reports.Batch {
	all := results(t)
	b := &reports.Batch{Expect: expect, Again: func(r reports.Report, f reports.Finding) string {
		return "ackproof replay " + r.Engine + " " + f.Property
	}}
	for _, name := range []string{"holds", "no-sync-on-persist", "panics-on-torn-tail", "exits", "stale-range", "recovered-not-durable"} {
		r := all[name]
		if name == "stale-range" {
			r.Planted, r.AsExpected = models.Prefix, false // as if another bug had been planted
		}
		r.Took = 1500 * time.Millisecond
		b.Jobs = append(b.Jobs, reports.Job{Engine: r.Engine, Profile: r.Profile})
		b.Add(r, reports.New(r))
	}
	failed := reports.Job{Engine: "fails", Profile: "xfs"}
	b.Jobs = append(b.Jobs, failed, reports.Job{Engine: "late", Profile: "xfs"})
	b.Fail(failed, errors.New("no space left on device"))
	return b
}

// workspace is the module's root, where the sources of the canaries are.
func workspace(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func annotations(t *testing.T, b *reports.Batch) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := b.WriteAnnotations(&out, workspace(t)); err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`,line=\d+,`).ReplaceAll(out.Bytes(), []byte(",line=N,"))
}

func TestBatch(t *testing.T) {
	for name, expect := range map[string]bool{"batch": false, "batch-expect": true} {
		b := batch(t, expect)
		var xml, summary bytes.Buffer
		if err := errors.Join(b.WriteJUnit(&xml), b.WriteSummary(&summary, reports.SummaryMaxBytes)); err != nil {
			t.Fatal(err)
		}
		golden(t, name+".xml", xml.Bytes())
		golden(t, name+".md", summary.Bytes())
		golden(t, name+".annotations", annotations(t, b))
	}
}

// readJUnit reads JUnit back, strictly.
func readJUnit(t *testing.T, b *reports.Batch) junit.Testsuites {
	t.Helper()
	var out bytes.Buffer
	if err := b.WriteJUnit(&out); err != nil {
		t.Fatal(err)
	}
	var suites junit.Testsuites
	d := xml.NewDecoder(&out)
	if err := d.Decode(&suites); err != nil {
		t.Fatalf("the XML does not parse: %v", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) && err != nil {
		t.Fatalf("after the XML: %v", err)
	}
	return suites
}

// TestJUnitVerdicts wants failures and errors where, and only where, the command
// would not exit with 0.
func TestJUnitVerdicts(t *testing.T) {
	held := verify(t, filelog.Factory(filelog.Options{}), program)
	for _, c := range []struct {
		name             string
		expect           bool
		change           func(*reports.Result)
		failures, errors int
	}{
		{"held", false, func(*reports.Result) {}, 0, 0},
		{"held, as expected", true, func(*reports.Result) {}, 0, 0},
		{"unknown", false, func(r *reports.Result) { r.Verdict = evidence.Unknown }, 0, 1},
		{"no state", true, func(r *reports.Result) { r.Verdict, r.Tally.Visited, r.AsExpected = evidence.Unknown, 0, false }, 0, 1},
		{"cut before the first program", true, func(r *reports.Result) { r.Verdict, r.Cut, r.AsExpected = evidence.Unknown, "out of time", false }, 0, 1},
		{"planted and not caught", true, func(r *reports.Result) { r.Planted, r.AsExpected = models.Prefix, false }, 1, 0},
		{"planted, and nobody asks", false, func(r *reports.Result) { r.Planted, r.AsExpected = models.Prefix, false }, 0, 0},
		{"planted, not caught in time", true, func(r *reports.Result) {
			r.Verdict, r.Planted, r.AsExpected, r.Cut = evidence.Unknown, models.Prefix, false, "out of time"
		}, 0, 1},
	} {
		r := held
		outcome := *held.Outcome
		r.Outcome = &outcome
		c.change(&r)
		b := &reports.Batch{Expect: c.expect, Jobs: []reports.Job{{Engine: r.Engine, Profile: r.Profile}}}
		b.Add(r, reports.New(r))
		suites := readJUnit(t, b)
		if suites.Failures != c.failures || suites.Errors != c.errors {
			t.Errorf("%s: got %d failures and %d errors, want %d and %d", c.name, suites.Failures, suites.Errors, c.failures, c.errors)
		}
		if lines := bytes.Count(annotations(t, b), []byte("::error ")); lines != c.failures+c.errors {
			t.Errorf("%s: got %d annotations, want %d", c.name, lines, c.failures+c.errors)
		}
	}
}

const hostile = "a]]>b\n::error::c\r\n| d | `e` ``` <script>f</script> &amp; 100% @g http://h \x00\x1b[31m \xff\n```\n# i"

// hostileBatch holds texts that an engine or a file name may have brought in.
func hostileBatch(findings int) *reports.Batch {
	report := reports.Report{
		Engine: hostile, Profile: hostile, Verdict: "refuted", Claims: []string{hostile},
		UnseenKnown: []string{hostile}, Cut: hostile,
		Properties: []reports.Property{{ID: "prefix", Verdict: "refuted"}, {ID: hostile, Verdict: "refuted"}},
	}
	for range findings {
		report.Findings = append(report.Findings, reports.Finding{
			Signature: hostile, Comment: hostile, Unfinished: hostile,
			Property: hostile, Rule: hostile, Sentence: hostile, Found: hostile, Program: hostile, Failure: hostile,
			Stack: []string{hostile}, Words: []string{hostile, hostile}, EngineLog: []string{hostile},
			Why:  []string{"why: " + hostile, "missing fsync: " + hostile},
			Also: []string{"prefix: " + hostile}, Lives: []reports.Life{{Crash: &reports.Crash{State: hostile, When: hostile}}},
		})
	}
	b := &reports.Batch{
		Jobs:  []reports.Job{{Engine: hostile, Profile: hostile}, {Engine: "late" + hostile, Profile: hostile}},
		Again: func(reports.Report, reports.Finding) string { return hostile },
	}
	b.Add(reports.Result{Outcome: &evidence.Outcome{}}, report)
	return b
}

func TestHostileText(t *testing.T) {
	b := hostileBatch(2)
	suites := readJUnit(t, b)
	if len(suites.Suites) != 2 || suites.Failures != 2 || suites.Errors != 1 {
		t.Errorf("got %d suites, %d failures, %d errors, want 2, 2, 1", len(suites.Suites), suites.Failures, suites.Errors)
	}
	if got := suites.Suites[0].Testcases[0].Failure; got == nil || !strings.Contains(got.Message, "a]]>b\n::error::c") {
		t.Errorf("the failure's text does not come back: %+v", got)
	}
	for line := range strings.Lines(string(annotations(t, b))) {
		line = strings.Replace(line, "::notice ", "::error ", 1)
		unseen := "::error title=a known cause did not show::a]]>b%0A::error::c%0D%0A"
		if !strings.HasPrefix(line, "::error title=a]]>b%0A%3A%3Aerror%3A%3Ac%0D%0A") && !strings.HasPrefix(line, "::error title=latea]]>b%0A") && !strings.HasPrefix(line, unseen) {
			t.Errorf("a line that is no annotation of ours: %q", line)
		}
	}
	var summary bytes.Buffer
	if err := b.WriteSummary(&summary, reports.SummaryMaxBytes); err != nil {
		t.Fatal(err)
	}
	checkMarkdown(t, summary.String())
}

// checkMarkdown wants nothing of the hostile text outside of fences that could be
// markup, and each fence closed.
func checkMarkdown(t *testing.T, text string) {
	t.Helper()
	fence := ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		ticks := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case fence == "" && len(ticks) >= 3:
			fence = ticks
		case fence != "" && line == fence:
			fence = ""
		case fence != "":
			if len(ticks) >= len(fence) {
				t.Errorf("a line ends its fence: %q", line)
			}
		case strings.HasPrefix(line, "|") && strings.Count(line, "|") != 8:
			t.Errorf("a row of the table has other columns: %q", line)
		case strings.Contains(line, "<script") || strings.Contains(line, "`") || strings.Contains(line, "http://") || strings.HasPrefix(line, "# "):
			t.Errorf("text has become markup: %q", line)
		}
	}
	if fence != "" {
		t.Errorf("the fence %s is open at the end", fence)
	}
}

// TestSummaryBound wants a summary of at most the given number of bytes, whatever is left of
// the step's, and ten annotations.
func TestSummaryBound(t *testing.T) {
	b := hostileBatch(50)
	for _, maxBytes := range []int{-1, 0, 10, 100, 1000, 5000, 20_000, reports.SummaryMaxBytes} {
		var out bytes.Buffer
		if err := b.WriteSummary(&out, maxBytes); err != nil {
			t.Fatal(err)
		}
		if out.Len() > max(0, maxBytes) {
			t.Errorf("got %d bytes, want at most %d", out.Len(), maxBytes)
		}
		if cut := strings.Contains(out.String(), "more parts do not fit"); cut != (maxBytes >= 100 && maxBytes < 30_000) {
			t.Errorf("at most %d bytes: got %d, said to be cut: %t", maxBytes, out.Len(), cut)
		}
		checkMarkdown(t, out.String())
	}
	if got := bytes.Count(annotations(t, b), []byte("::error title=")); got != 10 {
		t.Errorf("got %d errors, want 10", got)
	}
}

// TestAnnotationPlace wants a file only where it is in the workspace.
func TestAnnotationPlace(t *testing.T) {
	b := batch(t, false)
	for workspace, want := range map[string]bool{workspace(t): true, t.TempDir(): false, "": false, "..": false} {
		var out bytes.Buffer
		if err := b.WriteAnnotations(&out, workspace); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(out.String(), "file=engines/canary/"); got != want {
			t.Errorf("workspace %q: a file is named: %t, want %t\n%s", workspace, got, want, &out)
		}
	}
}
