package enginebench

import (
	"testing"
	"time"
)

func TestTarget(t *testing.T) {
	for _, c := range []struct {
		target Target
		value  float64
		text   string
		ratio  float64
	}{
		{Target{100_000, EntriesPerSecond}, 250_000, "> 100,000 entries/s", 2.5},
		{Target{0.001, Seconds}, 0.0005, "< 1 ms", 2},
		{Target{100e-6, Seconds}, 0.001, "< 100 us", 0.1},
		{Target{1, Seconds}, 0.25, "< 1 s", 4},
		{Target{20, Times}, 10, "< 20 times", 2},
		{Target{0, Seconds}, 10, "none", 0},
	} {
		if got := c.target.String(); got != c.text {
			t.Errorf("got %q, want %q", got, c.text)
		}
		if got := c.target.Ratio(c.value); got < c.ratio-1e-9 || got > c.ratio+1e-9 {
			t.Errorf("%s: got ratio %g of %g, want %g", c.text, got, c.value, c.ratio)
		}
	}
}

func TestFormats(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{FormatTime(15 * time.Nanosecond), "15 ns"},
		{FormatTime(1234 * time.Nanosecond), "1.23 us"},
		{FormatTime(12345 * time.Microsecond), "12.3 ms"},
		{FormatTime(100 * time.Second), "100 s"},
		{EntriesPerSecond.Format(1234567.8), "1,234,568 entries/s"},
		{Times.Format(9.5), "9.5 times"},
		{Thousands(0), "0"},
		{Thousands(999), "999"},
		{Thousands(1000), "1,000"},
		{digits(0), "0"},
		{digits(0.024), "0.02"},
		{digits(1.999), "2"},
		{digits(12345), "12345"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestMedian(t *testing.T) {
	values := []float64{9, 1, 5}
	if got := median(values); got != 5 || values[0] != 9 {
		t.Errorf("got %g and %v, want 5 and the values as they were", got, values)
	}
	if got := median([]float64{4, 1, 2, 9}); got != 3 {
		t.Errorf("got %g, want 3", got)
	}
}
