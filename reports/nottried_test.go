package reports_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/reports"
)

// A run that could not try some faults says so.
func TestNotTriedIsTold(t *testing.T) {
	const why = "no calls cancelled, as it runs elsewhere"
	o := &evidence.Outcome{Engine: "e", Profile: "xfs", Tally: evidence.NewTally(), NotTried: why}
	o.Tally.Faults = evidence.FaultTally{Tried: 1, Fired: 1, Masked: 1}
	o.Conclude(raftlog.Contract{})
	r := reports.New(reports.Result{Outcome: o})
	for name, write := range map[string]func(*bytes.Buffer) error{
		"line": func(w *bytes.Buffer) error { return reports.Table{}.Line(w, r) },
		"JSON": func(w *bytes.Buffer) error { return reports.WriteJSON(w, r) },
	} {
		var out bytes.Buffer
		if err := write(&out); err != nil {
			t.Error(err)
		}
		if got := strings.Join(strings.Fields(out.String()), " "); strings.Count(got, why) != 1 {
			t.Errorf("%s: got %s, want it once: %s", name, got, why)
		}
	}
	if got := o.Summary(); !strings.Contains(got, why) {
		t.Errorf("got the summary %s, want %s", got, why)
	}
}
