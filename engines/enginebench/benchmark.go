package enginebench

import (
	"errors"
	"testing"
)

// Benchmark runs each measurement as a sub-benchmark, on b.TempDir, which is below TMPDIR. One
// iteration is one run of it. What is reported as ns/op is the time of one timed call, setup
// left out, and the rate of entries where that is what is measured. Comparisons are left out:
// their parts are there.
func Benchmark(b *testing.B, measurements []Measurement) {
	for _, m := range measurements {
		if m.base != nil {
			continue
		}
		b.Run(m.Name, func(b *testing.B) { m.benchmark(b) })
	}
}

func (m Measurement) benchmark(b *testing.B) {
	var total Sample
	dir := b.TempDir()
	for b.Loop() {
		s, err := m.run(b.Context(), dir)
		if errors.Is(err, ErrNotOffered) {
			b.Skip(err)
		}
		if err != nil {
			b.Fatal(err)
		}
		total.Took, total.Entries = append(total.Took, s.Took...), total.Entries+s.Entries
	}
	// Setup is within the benchmark's own time, which thus bounds how long it takes.
	b.ReportMetric(float64(total.elapsed().Nanoseconds())/float64(len(total.Took)), "ns/op")
	if m.Target.Unit == EntriesPerSecond {
		b.ReportMetric(total.value(EntriesPerSecond), "entries/s")
	}
}
