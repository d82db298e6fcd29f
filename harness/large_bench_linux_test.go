package harness_test

import (
	"cmp"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/scenarios"
)

// Engines that fill their file with zeros when they make it.
var (
	zeros4k      = zeroFilledFactory("zeros-4k", 4<<10, engines.NeedsFS)
	zeros64m     = zeroFilledFactory("zeros-64m", 64<<20, engines.NeedsFS)
	zerosDir4k   = zeroFilledFactory("zeros-dir-4k", 4<<10, engines.NeedsDir)
	zerosDir64m  = zeroFilledFactory("zeros-dir-64m", 64<<20, engines.NeedsDir)
	largeEngines = []engines.Factory{zerosDir4k, zerosDir64m}
)

var largeProgram = scenarios.MustParse(strings.Repeat("save-hard-state term=+1 vote=1\npersist 3 size=300-700\npersist 1 back=1 size=300\n", 12))

// TestZeroFilledHolds: a log in a file of 64 MiB that was filled with zeros holds, and
// the first open too, in memory and on a directory.
func TestZeroFilledHolds(t *testing.T) {
	first := scenarios.MustParse("first-open\npersist 2\nsave-hard-state term=+1\npersist 1\n")
	for _, f := range []engines.Factory{zeros64m, zerosDir64m} {
		for _, p := range []crash.Profile{crash.StrictPosix(), crash.Ext4Ordered()} {
			c := harness.Config{Profile: p, Depth: -1, Only: []scenarios.NamedProgram{{Name: "first", Program: first}}}
			c.Plan.Max = [...]int{6, 6, 6, 6, 6}
			o, err := harness.Verify(t.Context(), f, c)
			orNotRun(t, err)
			if len(o.Findings) > 0 || o.Verdict != evidence.Held {
				t.Errorf("%s, %s: %v, %v", f.Name, p.Name, o.Verdict, o.Findings)
			}
		}
	}
}

// BenchmarkSegments explores one program on files that were filled with zeros, of 4 KiB
// and of 64 MiB in turn, in memory and on a directory. The rates and their ratio are
// medians over the rounds; peak-MiB is the most that this process held in memory.
func BenchmarkSegments(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(800))
	b.Run("memory", func(b *testing.B) { benchmarkSegments(b, zeros4k, zeros64m) })
	b.Run("directory", func(b *testing.B) { benchmarkSegments(b, zerosDir4k, zerosDir64m) })
}

func benchmarkSegments(b *testing.B, small, large engines.Factory) {
	var ofSmall, ofLarge, ratios []float64
	forgetPeak(b)
	for b.Loop() {
		s, l := segmentRate(b, small), segmentRate(b, large)
		ofSmall, ofLarge, ratios = append(ofSmall, s), append(ofLarge, l), append(ratios, l/s)
	}
	b.ReportMetric(median(ofSmall), "states/s-4KiB")
	b.ReportMetric(median(ofLarge), "states/s-64MiB")
	b.ReportMetric(median(ratios), "ratio")
	b.ReportMetric(float64(peakKiB(b))/1024, "peak-MiB")
	b.ReportMetric(0, "ns/op")
}

// segmentRate returns how many distinct states a second are explored.
func segmentRate(b *testing.B, f engines.Factory) float64 {
	start := time.Now()
	o, err := harness.Verify(b.Context(), f, harness.Config{
		Profile: crash.Ext4Ordered(), Depth: -1, Workers: 1,
		Only: []scenarios.NamedProgram{{Name: "large", Program: largeProgram}},
	})
	orNotRun(b, err)
	if len(o.Findings) > 0 {
		b.Fatal(o.Findings[0])
	}
	return float64(o.Tally.Distinct) / time.Since(start).Seconds()
}

func median[T cmp.Ordered](values []T) T {
	return slices.Sorted(slices.Values(values))[len(values)/2]
}

// forgetPeak begins a new measurement of peakKiB.
func forgetPeak(b *testing.B) {
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		b.Log("the peak is that of the whole process: ", err)
	}
}

// peakKiB returns the most memory that this process held.
func peakKiB(b *testing.B) int64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	n, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return n
}
