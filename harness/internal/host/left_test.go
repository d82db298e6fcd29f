package host

import (
	"slices"
	"testing"
	"time"

	"github.com/ackproof/ackproof/internal/watch"
)

// TestStayed: what ends by itself is not left; what stays is, after endWithin, and what is
// left again, or is like it, sooner. Nothing is left that was not there at the last look.
func TestStayed(t *testing.T) {
	var s stayed
	idle := func() watch.Usage { return watch.Usage{} }
	looks := 0
	ends := func() []string {
		if looks++; looks < 6 {
			return []string{"goroutine of a"}
		}
		return nil
	}
	if got := s.left(Limits{}, ends, idle); got != nil || looks != 6 {
		t.Errorf("got %q after %d looks, want nothing after 6", got, looks)
	}
	stays := func() []string { looks++; return []string{"/db/1.log is open"} }
	began := time.Now()
	if got := s.left(Limits{}, stays, idle); !slices.Equal(got, []string{"/db/1.log is open"}) || time.Since(began) < endWithin {
		t.Errorf("got %q after %v, want the file after %v", got, time.Since(began), endWithin)
	}
	looks = 0
	like := func() []string { looks++; return []string{"/db/27.log is open"} }
	if got := s.left(Limits{}, like, idle); len(got) != 1 || looks != believed {
		t.Errorf("got %q after %d looks, want the file after %d", got, looks, believed)
	}
	looks = 0
	other := func() []string { looks++; return []string{"/db/27.log is open", "goroutine of a"} }
	if s.left(Limits{}, other, idle); looks <= believed {
		t.Errorf("got what is new after %d looks, want it looked at for %v", looks, endWithin)
	}
}

// TestStayedWhileStarved: what a process leaves that gets no processor has more time.
func TestStayedWhileStarved(t *testing.T) {
	var s stayed
	began := time.Now()
	starved := func() watch.Usage { return watch.Usage{Queued: time.Since(began)} }
	ends := func() []string {
		if time.Since(began) < endWithin*3/2 {
			return []string{"goroutine of a"}
		}
		return nil
	}
	if got := s.left(Limits{}, ends, starved); got != nil {
		t.Errorf("got %q, want nothing", got)
	}
}
