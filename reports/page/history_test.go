package page_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/reports/page"
)

// overlapping is a finding of two calls that overlap, the first of which was lost
// though it returned.
func overlapping(t *testing.T) *evidence.Case {
	t.Helper()
	disk := faultfs.NewDisk(faultfs.Config{})
	one, two := disk.Invoke(1), disk.Invoke(2)
	oneEnd, twoEnd := disk.Return(1), disk.Return(2)
	const program = "# ackproof program v1\npersist 1\n"
	return caseOf(t, &evidence.Record{
		Engine: "x", Profile: "strict-posix", Property: models.AckedDurable, Sentence: "gone", Program: program,
		Contract: raftlog.Contract{Claims: engines.Claims{WriteDurable: true}},
		State:    crash.State{Point: 4}, Recovered: &models.Recovered{},
		Violations: []models.Violation{{Property: models.AckedDurable, Sentence: "gone"}},
		Lives: []evidence.LifeRecord{{
			Journal: disk.Journal().Record(), Steps: program, Calls: models.History{
				{ID: 1, Op: &raftlog.Op{Kind: raftlog.Persist, Entries: []raftlog.Entry{{Index: 1}}}, Invoked: one, Returned: oneEnd},
				{ID: 2, Client: 1, Op: &raftlog.Op{Kind: raftlog.Flush}, Invoked: two, Returned: twoEnd, Result: models.Result{Err: "<img src=x onerror=alert(1)>"}},
			},
		}},
	})
}

func TestHistoryIsASecondFile(t *testing.T) {
	c := overlapping(t)
	if !page.Concurrent(c) {
		t.Fatal("two clients are not taken for concurrent")
	}
	var drawing strings.Builder
	if err := page.WriteHistory(&drawing, c); err != nil {
		t.Fatal(err)
	}
	if got := drawing.String(); !strings.Contains(got, "default-src 'none'") || strings.Contains(got, "<img") {
		t.Error("the drawing may fetch something, or holds markup of an engine's")
	}
	path := filepath.Join(t.TempDir(), "history.html")
	if err := os.WriteFile(path, []byte(drawing.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	got := written(t, page.Input{Findings: []page.Finding{{Case: c, History: "history.html"}}})
	if !strings.Contains(got, `<a href="history.html">`) {
		t.Error("the page has no link to the drawing")
	}
	browser := newBrowser(t)
	browser.show(t, path)
	if n := eval[int](t, browser, `document.querySelectorAll('#canvas svg rect').length`); n == 0 {
		t.Error("porcupine draws nothing under the policy")
	}
	browser.wantSilence(t)
}
