package enginebench

import (
	"errors"
	"fmt"
	"time"
)

// Standing is what a result comes to.
type Standing string

// What results come to.
const (
	Met Standing = "met"
	// WithinFsync is a durable call that meets the target but for the time of one fsync,
	// which it cannot do without.
	WithinFsync Standing = "within one fsync"
	Missed      Standing = "missed"
	NoTarget    Standing = "no target"
	NotOffered  Standing = "not offered"
	Failed      Standing = "failed"
)

// OK reports whether nothing is wanting: neither missed nor failed.
func (s Standing) OK() bool { return s != Missed && s != Failed }

// Verdict is a result in the light of the disk that it was measured on.
type Verdict struct {
	Standing Standing
	// WithoutFsync is what a durable call that falls short would reach, in the target's
	// unit, if it took less time by one fsync of that disk. Otherwise it is 0.
	WithoutFsync float64
	// Unit is that of WithoutFsync.
	Unit Unit
}

// Judge returns what r comes to on the disk d.
func Judge(r Result, d Device) Verdict {
	v := Verdict{Standing: Missed, Unit: r.Target.Unit}
	switch {
	case errors.Is(r.Err, ErrNotOffered):
		v.Standing = NotOffered
	case r.Err != nil:
		v.Standing = Failed
	case r.Target.Limit == 0:
		v.Standing = NoTarget
	case r.Ratio > 1:
		v.Standing = Met
	case r.Commits && r.Sample.Durable && r.Target.Unit != Times:
		v.WithoutFsync = r.lessTime(d.Fsync)
		if r.Target.Ratio(v.WithoutFsync) > 1 {
			v.Standing = WithinFsync
		}
	}
	return v
}

// lessTime returns the value that r would have if each call took that much less time, but no less
// than a microsecond: nothing is faster than the disk by more than chance.
func (r Result) lessTime(less time.Duration) float64 {
	least := time.Microsecond.Seconds()
	if r.Target.Unit != EntriesPerSecond {
		return max(r.Value-less.Seconds(), least)
	}
	each := float64(r.Sample.Entries) / float64(len(r.Sample.Took))
	return each / max(each/r.Value-less.Seconds(), least)
}

// String returns the standing, and for a durable call that falls short by what it does.
func (v Verdict) String() string {
	if v.Standing == Missed && v.WithoutFsync != 0 {
		return fmt.Sprintf("%s: %s without one fsync", v.Standing, v.Unit.Format(v.WithoutFsync))
	}
	return string(v.Standing)
}
