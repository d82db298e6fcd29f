package reports_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/reports"
)

// TestWantsDir: that an engine does not make its directory is said, and is no finding.
func TestWantsDir(t *testing.T) {
	const why = "error in open: no such directory"
	for _, wants := range []string{"", why} {
		r := reports.New(reports.Result{Outcome: &evidence.Outcome{Engine: "e", Verdict: evidence.Held, WantsDir: wants}})
		var text strings.Builder
		if err := (reports.Table{}).Line(&text, r); err != nil {
			t.Fatal(err)
		}
		stored, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(text.String(), reports.WantsDirText); got != (wants != "") {
			t.Errorf("%q: said %v in\n%s", wants, got, &text)
		}
		if got := strings.Contains(string(stored), why); got != (wants != "") || len(r.Findings) > 0 {
			t.Errorf("%q: stored %v in %s", wants, got, stored)
		}
	}
}
