package page_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/reports/page"
)

// A page with a run whose harness is broken says that above all, and why.
func TestBrokenHarness(t *testing.T) {
	held := &evidence.Outcome{Engine: "held", Tally: evidence.NewTally()}
	broken := &evidence.Outcome{Engine: "broken", Tally: evidence.NewTally(), Broken: "nothing is lost any more"}
	var in page.Input
	for _, o := range []*evidence.Outcome{held, broken} {
		o.Conclude(raftlog.Contract{})
		in.Reports = append(in.Reports, reports.New(reports.Result{Outcome: o}))
	}
	var out bytes.Buffer
	if err := page.Write(&out, in); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"The harness is broken", string(evidence.HarnessBroken), broken.Broken} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}
