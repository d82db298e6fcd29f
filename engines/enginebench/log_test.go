package enginebench

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/engines/memlog"
)

// named returns a measurement of a log.
func named(t *testing.T, f engines.Factory, name string) Measurement {
	t.Helper()
	all := Log(f)
	i := slices.IndexFunc(all, func(m Measurement) bool { return m.Name == name })
	if i < 0 {
		t.Fatalf("nothing is called %s", name)
	}
	return all[i]
}

func TestLog(t *testing.T) {
	dir := t.TempDir()
	r, err := Run(t.Context(), Log(filelog.BufferedFactory(filelog.Options{})), dir, 0)
	if err != nil || r.Runs != 1 || r.Device.Fsync <= 0 {
		t.Fatalf("got %d runs, an fsync of %v and %v, want one run, and a time", r.Runs, r.Device.Fsync, err)
	}
	want := []string{
		"persist_entries", "entry", "entry/reopened", "get_entries", "get_entries/reopened", "purge", "truncate", "flush",
		"reset", "last_index",
	}
	if got := namesOf(r); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, result := range r.Results {
		if result.Err != nil || result.Value <= 0 || len(result.Values) != 1 || result.Sample.Durable {
			t.Errorf("got %+v, want one value, of calls that are not durable", result)
		}
	}
	isEmpty(t, dir)
}

// What is durable is what the engine claims, call by call.
func TestDurableAsClaimed(t *testing.T) {
	f := filelog.Factory(filelog.Options{})
	for name, want := range map[string]bool{"purge": true, "last_index": false} {
		r := Measure(t.Context(), named(t, f, name), t.TempDir(), 2)
		if r.Err != nil || r.Sample.Durable != want || len(r.Values) != 2 {
			t.Errorf("%s: got durable %t, %d values and %v, want %t and 2", name, r.Sample.Durable, len(r.Values), r.Err, want)
		}
		if calls := 2 * len(r.Sample.Took); r.Calls != calls || r.Fastest > slices.Min(r.Sample.Took) {
			t.Errorf("%s: got %v as the fastest of %d calls, want one of %d, at most %v", name, r.Fastest, r.Calls, calls, slices.Min(r.Sample.Took))
		}
	}
}

func TestNotOffered(t *testing.T) {
	f := memlog.Factory()
	f.Without = engines.Without{Purge: true, Truncate: true, Reset: true}
	for _, name := range []string{"purge", "truncate", "reset", "entry/reopened"} {
		if r := Measure(t.Context(), named(t, f, name), t.TempDir(), 1); !errors.Is(r.Err, ErrNotOffered) {
			t.Errorf("%s: got %v, want %v", name, r.Err, ErrNotOffered)
		}
	}
}

func TestSmallPayloads(t *testing.T) {
	f := memlog.Factory()
	for most, want := range map[int]bool{PayloadBytes - 1: false, PayloadBytes: true} {
		f.Limits = engines.Limits{EntryMaxBytes: most}
		r := Measure(t.Context(), named(t, f, "flush"), t.TempDir(), 1)
		if offered := !errors.Is(r.Err, ErrNotOffered); offered != want || want && r.Err != nil {
			t.Errorf("payloads of at most %d bytes: got %v, want it measured: %t", most, r.Err, want)
		}
	}
}

func TestInBatches(t *testing.T) {
	entries := span(1, 25)
	for limits, want := range map[engines.Limits][]int{
		{}:                                  {10, 10, 5},
		{BatchMaxEntries: 4}:                {4, 4, 4, 4, 4, 4, 1},
		{BatchMaxBytes: 12 * PayloadBytes}:  {10, 10, 5},
		{BatchMaxBytes: 9*PayloadBytes + 1}: {9, 9, 7},
		{BatchMaxBytes: 1}:                  slices.Repeat([]int{1}, 25),
		{BatchMaxEntries: 10, BatchMaxBytes: 2500}: {10, 10, 5},
	} {
		var got []int
		next := uint64(1)
		for _, batch := range inBatches(entries, 10, limits) {
			got = append(got, len(batch))
			for _, e := range batch {
				if e.Index != next {
					t.Errorf("%+v: got entry %d, want %d", limits, e.Index, next)
				}
				next++
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%+v: got batches of %v, want %v", limits, got, want)
		}
	}
}

func TestInterrupted(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	f := memlog.Factory()
	open := f.Open
	f.Open = func(env engines.Env) (engines.StorageEngine, error) {
		cancel()
		return open(env)
	}
	if _, err := Run(ctx, Log(f), dir, 1000); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	isEmpty(t, dir)
}
