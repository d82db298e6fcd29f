package reports_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/reports"
)

// Every report of a run whose harness is broken says so and why, and none accepts it,
// whatever was expected.
func TestBrokenHarnessIsTold(t *testing.T) {
	const why = "nothing is lost any more"
	o := &evidence.Outcome{Engine: "e", Profile: "xfs", Tally: evidence.NewTally(), Broken: why, Cut: "the harness is broken"}
	o.Conclude(raftlog.Contract{})
	for _, result := range []reports.Result{
		{Outcome: o},
		{Outcome: o, AsExpected: true},
		{Outcome: o, Planted: models.AckedDurable},
	} {
		r := reports.New(result)
		b := &reports.Batch{Expect: true, Jobs: []reports.Job{{Engine: "e", Profile: "xfs"}}}
		b.Add(result, r)
		for name, write := range map[string]func(*bytes.Buffer) error{
			"line":        func(w *bytes.Buffer) error { return reports.Table{}.Line(w, r) },
			"JSON":        func(w *bytes.Buffer) error { return reports.WriteJSON(w, r) },
			"JUnit":       func(w *bytes.Buffer) error { return b.WriteJUnit(w) },
			"annotations": func(w *bytes.Buffer) error { return b.WriteAnnotations(w, "") },
			"summary":     func(w *bytes.Buffer) error { return b.WriteSummary(w, reports.SummaryMaxBytes) },
		} {
			var out bytes.Buffer
			err := write(&out)
			got := strings.Join(strings.Fields(out.String()), " ")
			if err != nil || !strings.Contains(got, string(evidence.HarnessBroken)) || !strings.Contains(got, why) {
				t.Errorf("%s, expected %v, planted %q: got %s, want %q and why", name, r.AsExpected, r.Planted, errors.Join(err, errors.New(got)), evidence.HarnessBroken)
			}
		}
	}
}
