package builtin_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/scenarios"
)

// BenchmarkFirstDetection reports after how many crash states a run with default settings,
// faults among them, first sees a canary break its own property: over all canaries, under the
// profiles where their bugs show, for each of three seeds. It takes a minute a seed.
func BenchmarkFirstDetection(b *testing.B) {
	for seed := range harness.Seed(3) {
		b.Run(fmt.Sprintf("seed=%d", seed+1), func(b *testing.B) {
			var after []int
			for b.Loop() {
				after = statesToDetection(b, seed+1)
			}
			slices.Sort(after)
			sum, logs := 0, 0.0
			for _, n := range after {
				sum += n
				logs += math.Log(float64(max(n, 1)))
			}
			n := len(after)
			b.ReportMetric(float64(after[n/2]), "median-states")
			b.ReportMetric(float64(sum)/float64(n), "mean-states")
			b.ReportMetric(math.Exp(logs/float64(n)), "geomean-states")
			b.ReportMetric(float64(after[n-1]), "worst-states")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// statesToDetection returns one number for each canary and profile.
func statesToDetection(b *testing.B, seed harness.Seed) (after []int) {
	for _, p := range []crash.Profile{crash.StrictPosix(), crash.Ext4Ordered()} {
		for _, e := range builtin.Canaries() {
			if !e.Expect.Under(p.Name) {
				continue
			}
			o, err := harness.VerifySubject(b.Context(), e.Factory, harness.Config{
				Profile: p, Seed: seed, Faults: harness.FaultsShare, Generate: scenarios.Config{Crashes: true}, Until: string(e.Expect.RefutedBy), NoShrink: true,
			})
			if err != nil {
				b.Fatal(err)
			}
			i := slices.IndexFunc(o.Findings, func(f *evidence.Case) bool { return f.Property() == e.Expect.RefutedBy })
			if i < 0 {
				b.Fatalf("%s: want it refuted by %s", o.Summary(), e.Expect.RefutedBy)
			}
			after = append(after, o.Findings[i].After)
		}
	}
	return after
}
