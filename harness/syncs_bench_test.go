package harness_test

import (
	"runtime/debug"
	"testing"

	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
)

// BenchmarkSyncs makes the map of syncs that "ackproof syncs file" makes.
func BenchmarkSyncs(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(800))
	plan := crash.DefaultPlan()
	for i := range plan.Max {
		const thin = 16 // the command's default
		plan.Max[i] = max(1, plan.Max[i]/thin)
	}
	c := harness.Config{Seed: 1, Programs: -1, SecondLives: 2, Plan: plan, NoShrink: true}
	for b.Loop() {
		m, err := harness.Syncs(b.Context(), filelog.Factory(filelog.Options{SegmentBytes: 16 << 10}), c, crash.Profiles()...)
		if err != nil {
			b.Fatal(err)
		}
		for _, p := range m.Places {
			if p.Need() == evidence.SyncUnknown {
				b.Fatalf("%s: unknown", p.Name())
			}
		}
	}
}
