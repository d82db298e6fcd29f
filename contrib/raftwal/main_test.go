package raftwal_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/contrib/raftwal"
	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

var (
	small    = raftwal.Factory("raft-wal-64k", 64<<10)
	standard = raftwal.Factory("raft-wal", 0)
)

func TestMain(m *testing.M) { harness.Main(m, small, standard) }

// appends is a program that only appends, and reopens once.
func appends(rounds int) []scenarios.NamedProgram {
	text := strings.Repeat("save-hard-state term=+1 vote=1\npersist 3 size=400-900\npersist 1 size=300\n", rounds)
	return []scenarios.NamedProgram{{Name: "appends", Program: raftlog.MustParse(text + "reopen\npersist 1\n")}}
}

func config(p crash.Profile, rounds int) harness.Config {
	return harness.Config{Profile: p, Depth: -1, Workers: 1, Only: appends(rounds)}
}

// TestAppends: a log that is only appended to holds, with small segments and with those
// of 64 MiB.
func TestAppends(t *testing.T) {
	for _, f := range []engines.Factory{small, standard} {
		c := config(crash.Ext4Ordered(), 4)
		c.Plan.Max = [...]int{20, 20, 20, 20, 20}
		harness.Run(t, f, harness.WithConfig(c), harness.WithProfiles(crash.Ext4Ordered()))
	}
}

// BenchmarkSegments explores the same program with segments of 64 KiB and of 64 MiB in
// turn; it fills neither. The rates and their ratio are medians over the rounds.
func BenchmarkSegments(b *testing.B) {
	var of64k, of64m, ratios []float64
	for b.Loop() {
		of64k = append(of64k, rate(b, small))
		of64m = append(of64m, rate(b, standard))
		ratios = append(ratios, of64m[len(of64m)-1]/of64k[len(of64k)-1])
	}
	b.ReportMetric(median(of64k), "states/s-64KiB")
	b.ReportMetric(median(of64m), "states/s-64MiB")
	b.ReportMetric(median(ratios), "ratio")
	b.ReportMetric(0, "ns/op")
}

func rate(b *testing.B, f engines.Factory) float64 {
	start := time.Now()
	o, err := harness.Verify(b.Context(), f, config(crash.Ext4Ordered(), 24))
	if err != nil || len(o.Findings) > 0 {
		b.Fatal(err, o)
	}
	return float64(o.Tally.Distinct) / time.Since(start).Seconds()
}

func median[T cmp.Ordered](values []T) T {
	return slices.Sorted(slices.Values(values))[len(values)/2]
}
