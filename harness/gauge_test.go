package harness_test

import (
	"context"
	"reflect"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/scenarios"
)

// TestGauge wants a gauge to end at the outcome's counts, to be read while a
// program is explored, and to change nothing.
func TestGauge(t *testing.T) {
	for name, f := range map[string]engines.Factory{"holds": filelog.Factory(small), "refuted": unsynced()} {
		var g harness.Gauge
		config := harness.Config{Profile: crash.StrictPosix(), Workers: 1, Only: scenarios.Named()[:3]}
		without, err := harness.Verify(context.Background(), f, config)
		if err != nil {
			t.Fatal(err)
		}
		config.Gauge = &g
		readings := 0
		open := f.Open
		f.Open = func(env engines.Env) (engines.StorageEngine, error) {
			if r := g.Read(); r.Programs == 0 && r.Visited > 0 && r.Activity != "" {
				readings++
			}
			return open(env)
		}
		with, err := harness.Verify(context.Background(), f, config)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(with.Tally, without.Tally) {
			t.Errorf("%s: the gauge changed the outcome: got\n%+v, want\n%+v", name, with.Tally, without.Tally)
		}
		if readings == 0 {
			t.Errorf("%s: the gauge showed nothing of the first program while it was explored", name)
		}
		got := g.Read()
		want := harness.Reading{
			Programs: with.Tally.Programs, Planned: with.Tally.Planned,
			Visited: with.Tally.Visited, Distinct: with.Tally.Distinct, Failures: got.Failures, Activity: "shrinking",
		}
		if name == "refuted" {
			// The worker may have begun a program that does not count any more.
			want.Visited, want.Distinct = max(want.Visited, got.Visited), max(want.Distinct, got.Distinct)
		}
		if got != want || (got.Failures > 0) != (len(with.Findings) > 0) || got.Failures < len(with.Findings) {
			t.Errorf("%s: got %+v, want %+v and %d failures", name, got, want, len(with.Findings))
		}
	}
}
