package enginebench

import (
	"context"
	"fmt"
)

// Report is what was measured of one engine, on one disk.
type Report struct {
	// Engine is its name, and About says in one line what it is.
	Engine, About string
	// Runs is how often each thing was measured.
	Runs int
	// Device is the disk: the median of what was measured before each of the results.
	Device Device
	// Results are in the order of the measurements.
	Results []Result
	// Costs are what a journal shows of its commits, and CostsErr is why there are none.
	Costs    Costs
	CostsErr error
}

// Run measures what there is to measure of an engine, each as often as runs says, and the disk of
// dir before each. The error is the disk's or the context's: what an engine fails by is in its
// result.
func Run(ctx context.Context, measurements []Measurement, dir string, runs int) (Report, error) {
	r := Report{Runs: max(1, runs)}
	var probes []Device
	for _, m := range measurements {
		d, err := Probe(dir)
		if err != nil {
			return r, fmt.Errorf("measure the disk: %w", err)
		}
		probes = append(probes, d)
		r.Results = append(r.Results, Measure(ctx, m, dir, runs))
		if err := ctx.Err(); err != nil {
			return r, err
		}
	}
	if len(probes) > 0 {
		r.Device = typical(probes)
	}
	return r, nil
}

// OK reports whether nothing is wanting: no target is missed, and nothing failed.
func (r Report) OK() bool {
	for _, result := range r.Results {
		if !Judge(result, r.Device).Standing.OK() {
			return false
		}
	}
	return true
}

// costsText returns what the journal tells, in words.
func (r Report) costsText() string {
	if r.CostsErr != nil {
		return "none: " + r.CostsErr.Error()
	}
	return r.Costs.String()
}

// verdictText returns what r came to, in words. Of a time that misses its target it says what the
// fastest call took: where that is far less, the machine had other things to do.
func verdictText(r Result, d Device) string {
	v := Judge(r, d)
	switch {
	case v.Standing == NotOffered:
		return r.Err.Error()
	case v.Standing == Failed:
		return fmt.Sprintf("%s: %v", Failed, r.Err)
	case v.Standing == Missed && r.Target.Unit == Seconds && r.Calls > 1:
		return fmt.Sprintf("%s; the fastest of %s calls took %s", v, Thousands(float64(r.Calls)), FormatTime(r.Fastest))
	}
	return v.String()
}
