package enginebench

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Unit is what a target and a measured value count in.
type Unit string

// The units. A rate is to be above its target, all else below it.
const (
	EntriesPerSecond Unit = "entries/s"
	// Seconds are those of one call.
	Seconds Unit = "s"
	// Times is how many times longer one thing takes than another.
	Times Unit = "times"
)

// Target is what a value must be above, if it is a rate, or below. The zero Limit is none.
type Target struct {
	Limit float64
	Unit  Unit
}

// String returns for instance "> 100,000 entries/s", "< 1 ms", or "none".
func (t Target) String() string {
	switch {
	case t.Limit == 0:
		return "none"
	case t.Unit == EntriesPerSecond:
		return "> " + t.Unit.Format(t.Limit)
	}
	return "< " + t.Unit.Format(t.Limit)
}

// Ratio returns how many times better than the target a value is: more than 1 meets it. It
// is 0 where there is no target.
func (t Target) Ratio(value float64) float64 {
	switch {
	case t.Limit == 0 || value == 0:
		return 0
	case t.Unit == EntriesPerSecond:
		return value / t.Limit
	}
	return t.Limit / value
}

// Format returns a value with its unit, as a reader wants it: three digits, or whole thousands.
func (u Unit) Format(value float64) string {
	switch u {
	case EntriesPerSecond:
		return Thousands(value) + " " + string(u)
	case Seconds:
		return FormatTime(time.Duration(value * float64(time.Second)))
	}
	return digits(value) + " " + string(u)
}

// FormatTime returns a time with three digits.
func FormatTime(d time.Duration) string {
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{time.Second, "s"}, {time.Millisecond, "ms"}, {time.Microsecond, "us"}} {
		if d >= unit.size {
			return digits(float64(d)/float64(unit.size)) + " " + unit.name
		}
	}
	return strconv.FormatInt(d.Nanoseconds(), 10) + " ns"
}

// digits returns value with three digits, or more before the point.
func digits(value float64) string {
	places := 0
	if value > 0 {
		places = max(0, min(2, 2-int(math.Floor(math.Log10(value)))))
	}
	text := strconv.FormatFloat(value, 'f', places, 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// Thousands returns value as a whole number, with a comma before each three digits.
func Thousands(value float64) string {
	text := fmt.Sprintf("%.0f", value)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
