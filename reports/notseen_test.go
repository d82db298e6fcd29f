package reports_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/reports"
)

// Every report of a run that could not see some calls says so.
func TestNotSeenIsTold(t *testing.T) {
	const why = "syncfs and sync are NOT SEEN: a listener is there"
	o := &evidence.Outcome{Engine: "e", Profile: "xfs", Tally: evidence.NewTally(), NotSeen: why}
	o.Conclude(raftlog.Contract{})
	result := reports.Result{Outcome: o}
	r := reports.New(result)
	b := &reports.Batch{Jobs: []reports.Job{{Engine: "e", Profile: "xfs"}}}
	b.Add(result, r)
	for name, write := range map[string]func(*bytes.Buffer) error{
		"line":    func(w *bytes.Buffer) error { return reports.Table{}.Line(w, r) },
		"JSON":    func(w *bytes.Buffer) error { return reports.WriteJSON(w, r) },
		"JUnit":   func(w *bytes.Buffer) error { return b.WriteJUnit(w) },
		"summary": func(w *bytes.Buffer) error { return b.WriteSummary(w, reports.SummaryMaxBytes) },
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
