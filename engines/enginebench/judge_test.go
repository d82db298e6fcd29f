package enginebench

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

// persisted returns a result of calls of 100 entries at a rate.
func persisted(rate float64, durable bool) Result {
	t := Target{100_000, EntriesPerSecond}
	return Result{
		Measurement: Measurement{Name: "persist_entries", Target: t, Commits: true},
		Value:       rate, Ratio: t.Ratio(rate),
		Sample: Sample{Took: make([]time.Duration, 3), Entries: 300, Durable: durable},
	}
}

func within(seconds, limit float64, durable bool) Result {
	t := Target{limit, Seconds}
	return Result{
		Measurement: Measurement{Target: t, Commits: true}, Value: seconds, Ratio: t.Ratio(seconds),
		Sample: Sample{Took: make([]time.Duration, 1), Durable: durable},
	}
}

func TestJudge(t *testing.T) {
	slow := Device{Fsync: 4 * time.Millisecond}
	reads := within(0.002, 0.001, true)
	reads.Commits = false
	times := within(30, 20, true)
	times.Target.Unit = Times
	failed := persisted(1e6, true)
	failed.Err = errors.New("disk on fire")
	spared := Result{Err: fmt.Errorf("%w: no purge", ErrNotOffered)}
	for name, c := range map[string]struct {
		r    Result
		d    Device
		want Standing
		text string
	}{
		"met":                        {persisted(100_001, true), slow, Met, "met"},
		"the limit is not met":       {persisted(100_000, false), slow, Missed, "missed"},
		"buffered":                   {persisted(21_000, false), slow, Missed, "missed"},
		"one fsync":                  {persisted(21_000, true), slow, WithinFsync, "within one fsync"}, // 4.76 ms a call
		"two fsyncs":                 {persisted(12_500, true), slow, Missed, "missed: 25,000 entries/s without one fsync"},
		"two fsyncs of a fast disk":  {persisted(90_000, true), Device{Fsync: 200 * time.Microsecond}, WithinFsync, "within one fsync"},
		"no slower than the disk":    {persisted(50_000, true), slow, WithinFsync, "within one fsync"},
		"a call within":              {within(0.103, 0.1, true), slow, WithinFsync, "within one fsync"},
		"a call beyond":              {within(0.105, 0.1, true), slow, Missed, "missed: 101 ms without one fsync"},
		"a read needs no fsync":      {reads, slow, Missed, "missed"},
		"nor does a comparison":      {times, slow, Missed, "missed"},
		"flush has no target":        {within(1, 0, true), slow, NoTarget, "no target"},
		"an error is no measurement": {failed, slow, Failed, "failed"},
		"not offered":                {spared, slow, NotOffered, "not offered"},
	} {
		v := Judge(c.r, c.d)
		if v.Standing != c.want || v.String() != c.text {
			t.Errorf("%s: got %q (%s), want %q (%s)", name, v.Standing, v, c.want, c.text)
		}
	}
}

func TestStandingOK(t *testing.T) {
	for s, want := range map[Standing]bool{
		Met: true, WithinFsync: true, NoTarget: true, NotOffered: true, Missed: false, Failed: false,
	} {
		if s.OK() != want {
			t.Errorf("%s: got %t, want %t", s, s.OK(), want)
		}
	}
}
