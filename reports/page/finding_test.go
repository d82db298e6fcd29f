package page_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/reports/page"
)

// run is one engine's outcome and its first finding as a bundle has it.
type run struct {
	report reports.Report
	bundle *harness.Bundle
	path   string
	engine builtin.Engine
}

// runCanary verifies a built-in engine with a planted bug and reads back the
// bundle of its first finding.
func runCanary(t testing.TB, name string, profile crash.Profile) run {
	t.Helper()
	found, err := builtin.All().Find(name)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	outcome, err := harness.Verify(context.Background(), found[0].Factory, harness.Config{
		Profile: profile, Programs: 2, Until: found[0].Expect.RefutedBy,
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
		paths = append(paths, filepath.Join(dir, f.FileName()))
		if err := harness.WriteBundle(paths[len(paths)-1], f); err != nil {
			t.Fatal(err)
		}
	}
	bundle, err := harness.ReadBundle(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	report := reports.New(reports.Result{
		Outcome: outcome, Planted: found[0].Expect.RefutedBy, AsExpected: found[0].Expect.Met(outcome),
		Took: time.Since(start), Bundles: paths,
	})
	return run{report, bundle, paths[0], found[0]}
}

func (r run) finding() page.Finding {
	return page.Finding{Bundle: r.bundle, Path: r.path, Builtin: true}
}
