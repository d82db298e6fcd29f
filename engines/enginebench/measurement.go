package enginebench

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"time"
)

// Measurement is one thing that is measured, of one engine.
type Measurement struct {
	// Name is d-engine's method, and what sets this one apart from others of it.
	Name string
	// Does says what is done before the time is taken, and what the time is of.
	Does string
	// Target is d-engine's.
	Target Target
	// Commits says that each timed call changes the engine, so that a durable one needs an
	// fsync in it.
	Commits bool

	// run does it once.
	run run
	// base, if there is one, is run too, and the value is how many times longer run takes,
	// by the medians of both.
	base run
}

// run is how a measurement is run once, below dir.
type run func(ctx context.Context, dir string) (Sample, error)

// Sample is one run.
type Sample struct {
	// Took are the times of the timed calls.
	Took []time.Duration
	// Entries is how many these wrote or read together.
	Entries int
	// Durable says that the engine claims that what the calls do is durable when they
	// return.
	Durable bool
}

// value returns what s is in a unit: a rate over all calls, as what an engine puts off comes in few of
// them, or else the median call.
func (s Sample) value(u Unit) float64 {
	if u == EntriesPerSecond {
		return float64(s.Entries) / s.elapsed().Seconds()
	}
	var seconds []float64
	for _, took := range s.Took {
		seconds = append(seconds, took.Seconds())
	}
	return median(seconds)
}

// elapsed returns the time of all calls together.
func (s Sample) elapsed() (all time.Duration) {
	for _, took := range s.Took {
		all += took
	}
	return all
}

// Result is what was measured in some runs.
type Result struct {
	Measurement
	// Values are those of the runs in the target's unit, Value is their median, and Ratio
	// says how many times better than the target that is.
	Values []float64
	Value  float64
	Ratio  float64
	// Fastest is the time of the fastest of all calls, of which there were Calls. A call that
	// is much slower had to wait for others, if not for the disk.
	Fastest time.Duration
	Calls   int
	// Sample is the last run.
	Sample Sample
	// Err is why there is no value. It wraps [ErrNotOffered] if the engine does not offer
	// what is measured.
	Err error
}

// ErrNotOffered says that an engine does not offer what is measured.
var ErrNotOffered = errors.New("not offered")

// Measure runs m as often as runs says, at least once, each time on a new engine below dir, a
// directory on the disk that is to be measured. What it makes there it removes. Nothing else
// should run meanwhile.
func Measure(ctx context.Context, m Measurement, dir string, runs int) Result {
	r := Result{Measurement: m, Fastest: math.MaxInt64}
	var bases []float64
	for range max(1, runs) {
		s, base, err := m.once(ctx, dir)
		if err != nil {
			r.Err = err
			return r
		}
		r.Sample = s
		r.Fastest = slices.Min(append(s.Took, r.Fastest))
		r.Calls += len(s.Took)
		r.Values = append(r.Values, s.value(m.Target.Unit))
		if m.base != nil {
			bases = append(bases, base.value(Seconds))
		}
	}
	r.Value = median(r.Values)
	if m.base != nil {
		r.Values, r.Value = quotients(r.Values, bases), r.Value/median(bases)
	}
	r.Ratio = m.Target.Ratio(r.Value)
	return r
}

// once runs m once, and its base.
func (m Measurement) once(ctx context.Context, dir string) (s, base Sample, err error) {
	if err := ctx.Err(); err != nil {
		return s, base, err
	}
	if s, err = m.run(ctx, dir); err == nil && m.base != nil {
		base, err = m.base(ctx, dir)
	}
	return s, base, err
}

func quotients(over, under []float64) []float64 {
	out := make([]float64, len(over))
	for i := range out {
		out[i] = over[i] / under[i]
	}
	return out
}

// timed returns how long each of n calls takes. The garbage of what came before is not collected in
// them.
func timed(n int, call func(i int) error) ([]time.Duration, error) {
	took := make([]time.Duration, n)
	runtime.GC()
	for i := range took {
		began := time.Now()
		if err := call(i); err != nil {
			return nil, err
		}
		took[i] = max(1, time.Since(began))
	}
	return took, nil
}

// median returns the middle one of values, or the mean of the two in the middle.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
