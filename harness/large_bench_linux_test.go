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
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// Engines that fill their file with zeros when they make it.
var (
	zeros4k      = zeroFilledFactory("zeros-4k", 4<<10, engines.NeedsFS)
	zeros64m     = zeroFilledFactory("zeros-64m", 64<<20, engines.NeedsFS)
	zerosDir4k   = zeroFilledFactory("zeros-dir-4k", 4<<10, engines.NeedsDir)
	zerosDir64m  = zeroFilledFactory("zeros-dir-64m", 64<<20, engines.NeedsDir)
	largeEngines = []engines.Factory{zerosDir4k, zerosDir64m}
)

var largeProgram = raftlog.MustParse(strings.Repeat("save-hard-state term=+1 vote=1\npersist 3 size=300-700\npersist 1 back=1 size=300\n", 12))

// TestZeroFilledHolds: a log in a file of 64 MiB that was filled with zeros holds, and
// the first open too, in memory and on a directory.
func TestZeroFilledHolds(t *testing.T) {
	first := raftlog.MustParse("first-open\npersist 2\nsave-hard-state term=+1\npersist 1\n")
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
// and of 64 MiB in turn, in memory and on a directory. Rates and ratios are medians over
// the rounds: ratio is of whole runs, in which an engine fills its file some three times,
// explored-ratio leaves that out as BenchmarkBbolt does. peak-MiB is the most that this
// process held in memory.
func BenchmarkSegments(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(800))
	b.Run("memory", func(b *testing.B) { benchmarkSegments(b, zeros4k, zeros64m) })
	b.Run("directory", func(b *testing.B) { benchmarkSegments(b, zerosDir4k, zerosDir64m) })
}

func benchmarkSegments(b *testing.B, small, large engines.Factory) {
	program := scenarios.NamedProgram{Name: "large", Program: largeProgram}
	var ofSmall, ofLarge, ratios, explored []float64
	forgetPeak(b)
	for b.Loop() {
		s, l := exploringRates(b, small, crash.Ext4Ordered(), program), exploringRates(b, large, crash.Ext4Ordered(), program)
		ofSmall, ofLarge = append(ofSmall, s.whole), append(ofLarge, l.whole)
		ratios, explored = append(ratios, l.whole/s.whole), append(explored, l.explored/s.explored)
	}
	b.ReportMetric(median(ofSmall), "states/s-4KiB")
	b.ReportMetric(median(ofLarge), "states/s-64MiB")
	b.ReportMetric(median(ratios), "ratio")
	b.ReportMetric(median(explored), "explored-ratio")
	b.ReportMetric(float64(peakKiB(b))/1024, "peak-MiB")
	b.ReportMetric(0, "ns/op")
}

// rates are how many of the distinct states are explored a second: in a whole run, and
// without what a run takes that ends at its first state.
type rates struct {
	whole, explored float64
	distinct        int
}

// exploringRates explores a program on an engine, twice.
func exploringRates(b *testing.B, f engines.Factory, p crash.Profile, program scenarios.NamedProgram) rates {
	run := func(statesMax int) (distinct int, took time.Duration) {
		began := time.Now()
		o, err := harness.Verify(b.Context(), f, harness.Config{
			Profile: p, Depth: -1, Workers: 1, Only: []scenarios.NamedProgram{program}, StatesMax: statesMax,
		})
		orNotRun(b, err)
		if len(o.Findings) > 0 {
			b.Fatal(o.Findings[0])
		}
		return o.Tally.Distinct, time.Since(began)
	}
	n, whole := run(0)
	_, start := run(1)
	return rates{float64(n) / whole.Seconds(), float64(n) / (whole - start).Seconds(), n}
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
