package harness_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/engines/memlog"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/harness"
)

func TestTry(t *testing.T) {
	all := map[string]engines.Factory{
		"file": filelog.Factory(filelog.Options{SegmentBytes: 16 << 10}),
		"buf":  filelog.BufferedFactory(filelog.Options{SegmentBytes: 16 << 10}),
		"mem":  memlog.Factory(),
	}
	for _, p := range faultfs.Profiles() {
		start := time.Now()
		o, err := harness.Verify(context.Background(), all[os.Getenv("E")], harness.Config{Profile: p, Programs: 20, Workers: 1, Budget: 60 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		d := time.Since(start)
		t.Logf("%s %v programs %d/%d lives %d visited %d distinct %d judged %d failing %d unknown %d modest %v in %v: %.0f/s", p.Name, o.Verdict, o.Tally.Programs, o.Tally.Planned, o.Tally.Lives, o.Tally.Visited, o.Tally.Distinct, o.Tally.Judged, o.Tally.Failing, o.Tally.Unknown, o.Modest, d, float64(o.Tally.Distinct)/d.Seconds())
		for _, f := range o.Findings {
			t.Logf("FINDING %s confirmed %v in %s after %d: %s\nlive %v state %v resumed %d depth %d\nprogram:\n%v", f.Signature, f.Confirmed, f.Found, f.After, f.Verdict.Violations[0].Sentence, f.Live, f.State, f.Life.Resumed, len(f.Life.Lives()), f.Program)
			if f.Recovered != nil && f.Recovered.Failure != nil {
				t.Logf("%+v", f.Recovered.Failure)
			}
		}
	}
}
