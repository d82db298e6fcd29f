package page_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/reports/page"
)

// written returns the page.
func written(t testing.TB, in page.Input) string {
	t.Helper()
	var b strings.Builder
	if err := page.Write(&b, in); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// stored writes the page to a file and returns its path.
func stored(t testing.TB, in page.Input) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, []byte(written(t, in)), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPageLeadsToTheCause(t *testing.T) {
	r := runCanary(t, "canary/no-sync-on-persist", crash.Ext4Ordered())
	f := r.finding()
	got := written(t, page.Input{
		Reports: []reports.Report{r.report}, Findings: []page.Finding{f},
		Environment: map[string]string{"commit": "0123abc"},
	})
	for what, want := range map[string]string{
		"the promise":        "Entries survive any crash once the call that wrote or applied them has returned.",
		"the rule":           "R1: Term and vote are durable",
		"the sentence":       f.Case.Explanation.Sentence,
		"the culprit's line": "canary/write.go:",
		"the missing fsync":  "fsync /db/00000001.base",
		"the crash state":    r.found.State.String(),
		"the command":        "ackproof replay " + r.path,
		"the test":           "func TestCrashAckedDurable(t *testing.T)",
		"the environment":    "0123abc",
		"the stages":         "Coverage by stage",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s: the page does not hold %q", what, want)
		}
	}
	if n := strings.Count(got, "class=\"finding\""); n != 1 {
		t.Errorf("%d findings on the page, want 1: the report's own is the bundle's", n)
	}
}

func TestPageWithoutBundles(t *testing.T) {
	r := runCanary(t, "canary/stale-range", crash.Ext4Ordered())
	got := written(t, page.Input{Reports: []reports.Report{r.report}})
	if !strings.Contains(got, "This finding has no bundle") || !strings.Contains(got, r.found.Sentence()) {
		t.Error("a report's finding is not shown as far as the report goes")
	}
	if empty := written(t, page.Input{}); !strings.Contains(empty, "Nothing was run") {
		t.Error("an empty page says nothing")
	}
}

func TestPageWithoutExplanation(t *testing.T) {
	r := runCanary(t, "canary/no-sync-on-persist", crash.Ext4Ordered())
	r.found.Explanation = nil
	got := written(t, page.Input{Findings: []page.Finding{r.finding()}})
	if !strings.Contains(got, "Which part of it matters was not tested") {
		t.Error("losses that nobody tried are shown as culprits")
	}
}

func TestPageOfOtherFindings(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED with -short: it runs four canaries")
	}
	for _, name := range []string{
		"canary/stale-range", "canary/recovered-not-durable", "canary/panics-on-torn-tail", "canary/replace-not-atomic",
	} {
		r := runCanary(t, name, crash.StrictPosix())
		written(t, page.Input{Reports: []reports.Report{r.report}, Findings: []page.Finding{r.finding()}})
	}
}

// TestPageSaysWhatAVerdictRestsOn: the sentence is whole, however long, as its end says what was
// not looked at.
func TestPageSaysWhatAVerdictRestsOn(t *testing.T) {
	basis := "rests on 7 crash points" + strings.Repeat(", 1 of 2 sabotages refuted", 40) + "; not looked at: damage at rest"
	text := written(t, page.Input{Reports: []reports.Report{{Engine: "file", Profile: "xfs", Verdict: "held", Basis: basis}}})
	if !strings.Contains(text, basis) {
		t.Errorf("want %q on the page", basis)
	}
}
