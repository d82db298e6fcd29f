package page_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/reports/page"
)

// run is one engine's outcome and its first finding as its bundle has it.
type run struct {
	report reports.Report
	found  *evidence.Case
	path   string
	engine builtin.Engine
}

// runCanary verifies a built-in engine with a planted bug and reads back the
// bundle of its first finding.
func runCanary(t testing.TB, name string, profile crash.Profile) run {
	t.Helper()
	engines, err := builtin.All().Find(name)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	outcome, err := harness.VerifySubject(context.Background(), engines[0].Factory, harness.Config{
		Profile: profile, Programs: 2, Until: string(engines[0].Expect.RefutedBy),
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(outcome.Findings) == 0 {
		t.Fatalf("%s held: want a finding", name)
	}
	dir := t.TempDir()
	var paths []string
	for _, f := range outcome.Findings {
		paths = append(paths, filepath.Join(dir, f.FileName(1)))
		if err := evidence.WriteCase(paths[len(paths)-1], f); err != nil {
			t.Fatal(err)
		}
	}
	c, err := evidence.ReadCase(paths[0], logstore.Kind)
	if err != nil {
		t.Fatal(err)
	}
	report := reports.New(reports.Result{
		Outcome: outcome, Planted: engines[0].Expect.RefutedBy, AsExpected: engines[0].Expect.Met(outcome),
		Took: time.Since(start), Bundles: paths,
	})
	return run{report, c, paths[0], engines[0]}
}

func (r run) finding() page.Finding {
	return page.Finding{Case: r.found, Path: r.path, Builtin: true}
}

// caseOf returns the case of a record, which is of a log.
func caseOf(t testing.TB, r *evidence.Record) *evidence.Case {
	t.Helper()
	r.Kind = logstore.Kind
	if r.Contract == nil {
		r.Contract = raftlog.Contract{}
	}
	c, err := r.Case()
	if err != nil {
		t.Fatal(err)
	}
	return c
}
